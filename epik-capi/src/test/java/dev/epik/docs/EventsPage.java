// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.capi.servlet.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.util.List;

/** The code of {@code docs/events.md}. */
final class EventsPage {
    private static final Logger LOG = System.getLogger(EventsPage.class.getName());

    private EventsPage() {}

    record Line(String sku, int quantity, BigDecimal price) {}

    record Order(String number, BigDecimal total, String email, String phone, String visit, List<Line> lines) {}

    static SubmitResult report(EpikClient epik, Order order, Visit visit) {
        // tag::sale[]
        SubmitResult result = epik.submit(() -> {
            ConversionEvent.Builder sale = ConversionEvent.checkout(order.number())
                    .value(order.total(), "EUR")
                    .visit(visit) // ServletVisit.of(request)
                    .customer(Customer.builder().email(order.email()).phone(order.phone())); // hashed right here
            order.lines().forEach(line -> sale.item(line.sku(), line.quantity(), line.price()));
            return sale;
        });
        // end::sale[]
        return result;
    }

    static AdAccount account(String token) {
        // tag::advertiser-events[]
        AdAccount account = AdAccount.of("549755885175", token).withAdvertiserEvents("add_shipping_info");
        // end::advertiser-events[]
        return account;
    }

    static String describe(SubmitResult result) {
        // tag::results[]
        if (result instanceof SubmitResult.Invalid invalid) {
            return "Pinterest would refuse it: " + invalid.problems();
        } else if (result instanceof SubmitResult.NoConsent denied) {
            return "Not reported: " + denied.reason();
        } else if (result instanceof SubmitResult.Failed failed) {
            return "Submit it again later, under the same id: " + failed.cause();
        }
        return result.isStored() ? "It will be sent, or was delivered" : "It is a dead letter: redrive it";
        // end::results[]
    }

    static String keep(HttpServletRequest request) {
        // tag::keep-visit[]
        String line = ServletVisit.of(request).toText(); // into a column of 2,048 characters, with the order
        // end::keep-visit[]
        return line;
    }

    static SubmitResult paid(EpikClient epik, Order order) {
        // tag::paid-later[]
        SubmitResult result = epik.submit(ConversionEvent.checkout(order.number())
                .value(order.total(), "EUR")
                .visit(Visit.ofText(order.visit())) // days later, consent included
                .customer(Customer.builder().email(order.email())));
        // end::paid-later[]
        return result;
    }

    static Visit behindProxies(HttpServletRequest request) {
        // tag::proxies[]
        Visit visit = ServletVisit.of(request, TrustedProxies.xForwardedFor("10.0.0.0/8"));
        // end::proxies[]
        return visit;
    }

    static Visit byHand(String clickId, String ip, String userAgent) {
        // tag::visit-by-hand[]
        Visit visit = Visit.of(Visit.Consent.GRANTED, "our own banner")
                .withClickId(clickId)
                .withIp(ip)
                .withUserAgent(userAgent);
        // end::visit-by-hand[]
        return visit;
    }

    static void showProblems(ConversionEvent event) {
        // tag::problems[]
        event.problems().forEach(problem -> LOG.log(Level.INFO, problem.field() + ": " + problem.message()));
        // end::problems[]
    }

    static ConversionEvent tagged(Visit visit) {
        // tag::browser-tag[]
        ConversionEvent sale = ConversionEvent.checkout("1001")
                .value(new BigDecimal("72.39"), "EUR")
                .visit(visit)
                .customer(Customer.builder().email("jane@shop.example"))
                .build();
        String dataPintrk = sale.browserTag(); // for an attribute in single quotes
        // end::browser-tag[]
        if (dataPintrk.isEmpty()) {
            throw new AssertionError();
        }
        return sale;
    }

    static SubmitResult austria(EpikClient epik, ConversionEvent event) {
        // tag::second-account[]
        SubmitResult result = epik.account("at").submit(event);
        // end::second-account[]
        return result;
    }

    static EpikClient.Builder withPrivacy(Mode mode, AdAccount account, Outbox outbox) {
        // tag::privacy[]
        Privacy privacy = Privacy.defaults()
                .withPageUrl(Privacy.PageUrl.ORIGIN)
                .withItemNames(false)
                .withSearchString(false);
        EpikClient.Builder client = EpikClient.builder(mode, account, outbox).privacy(privacy);
        // end::privacy[]
        return client;
    }
}
