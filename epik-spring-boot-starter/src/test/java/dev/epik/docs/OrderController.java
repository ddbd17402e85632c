// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The shop of {@code docs/spring-boot.md}. */
// tag::boot-order[]
@RestController
class OrderController {
    private final EpikClient epik;
    private final JdbcTemplate jdbc;

    OrderController(EpikClient epik, JdbcTemplate jdbc) {
        this.epik = epik;
        this.jdbc = jdbc;
    }

    @PostMapping("/order")
    @Transactional
    public String buy(@RequestParam("number") String number, @RequestParam("email") String email, Visit visit) {
        jdbc.update("INSERT INTO orders (number) VALUES (?)", number);
        epik.submit(() -> ConversionEvent.checkout(number)
                .value(new BigDecimal("59.90"), "EUR")
                .visit(visit)
                .customer(customer -> customer.email(email)));
        return "thanks";
    }
}
// end::boot-order[]
