// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import org.springframework.http.MediaType;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The pages of the shop. */
@RestController
class OrderController {
    private static final BigDecimal PRICE = new BigDecimal("59.90");

    private final EntityManager orders;
    private final EpikClient epik;

    OrderController(EntityManager orders, EpikClient epik) {
        this.orders = orders;
        this.epik = epik;
    }

    /** Returns the page that the ad links to. The filter keeps the click id of its URL in a cookie. */
    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String landingPage() {
        return """
                <!DOCTYPE html>
                <title>Shop</title>
                <h1>A lamp for 59.90 EUR</h1>
                <form method="post" action="/order">
                  <input name="email" type="email" required placeholder="Your email">
                  <button>Buy</button>
                </form>
                """;
    }

    /** Stores the order and reports the sale in one transaction: both are kept, or none. */
    @PostMapping("/order")
    @Transactional
    public Receipt buy(@RequestParam("email") String email, Visit visit) {
        Order order = new Order(email, PRICE);
        orders.persist(order);
        SubmitResult result = epik.submit(() -> ConversionEvent.checkout(order.number())
                .value(order.total(), "EUR")
                .visit(visit)
                .customer(customer -> customer.email(order.email())));
        return new Receipt(order.number(), result.isStored());
    }

    /** @param reported whether the sale was stored for Pinterest; a shop would not show this */
    record Receipt(String order, boolean reported) {}
}
