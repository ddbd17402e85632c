// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.EpikClient.ConnectionCheck;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.Reply;
import dev.epik.capi.pinterest.TimedReply;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sends one test event and reads the answer. */
final class ConnectionProbe {
    private ConnectionProbe() {}

    static ConnectionCheck check(AdAccount account, URI baseUrl) throws InterruptedException {
        try (PinterestApi api = new PinterestApi(baseUrl, Mode.TEST, null)) {
            return read(api.probe(account, List.of(testEvent().json())));
        }
    }

    private static ConversionEvent testEvent() {
        return ConversionEvent.pageVisit("epik-check-" + UUID.randomUUID())
                .customer(Customer.builder().email("check@example.com"))
                .visit(Visit.of(Visit.Consent.GRANTED, "a test event").withClickId("epik-check"))
                .build();
    }

    private static ConnectionCheck read(TimedReply answer) {
        if (answer.reply() instanceof Reply.Pause pause) {
            return new ConnectionCheck(Optional.empty(), pause.status(), pause.reason(), answer.serverTime());
        }
        Outcome outcome = answer.reply() instanceof Reply.Settled settled
                ? settled.outcomes().get(0)
                : new Outcome.Rejected(((Reply.Undecided) answer.reply()).reason());
        return new ConnectionCheck(Optional.of(outcome), 0, "", answer.serverTime());
    }
}
