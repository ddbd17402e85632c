// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.Fault;
import dev.epik.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One row of {@link FaultMatrix}: a fault, and its report.
 *
 * @param arrives whether Pinterest receives the events, so that they are sent twice
 * @param stalls whether only the deadline of the client ends a request
 * @param tls whether the fault needs https
 * @param reason a part of the pause reason of {@code stats()}
 */
record FaultRow(String name, boolean arrives, boolean stalls, boolean tls, String reason, Cause cause) {
    /** Starts the fault. */
    interface Cause {
        void begin(FakePinterest pinterest, FaultProxy network) throws IOException;
    }

    private static final String UNREACHABLE = "Pinterest cannot be reached: ";
    private static final String UNREADABLE = "answer cannot be read: is a proxy or a login page in between?";
    private static final Set<Fault> STALLING =
            Set.of(Fault.STALL, Fault.STALL_AFTER_REQUEST, Fault.DRIPPING_RESPONSE, Fault.ENDLESS_HEADER);
    private static final Set<Fault> WITH_TLS = Set.of(Fault.PLAIN_TEXT_FOR_TLS, Fault.UNTRUSTED_CERTIFICATE);

    static Stream<FaultRow> all() {
        List<FaultRow> rows = new ArrayList<>();
        rows.add(new FaultRow(
                "CONNECTION_REFUSED",
                false,
                false,
                false,
                UNREACHABLE,
                (pinterest, network) -> network.refuseConnections()));
        for (Fault fault : Fault.values()) {
            rows.add(new FaultRow(
                    fault.name(),
                    fault.reachesTarget(),
                    STALLING.contains(fault),
                    WITH_TLS.contains(fault),
                    reasonOf(fault),
                    (pinterest, network) -> network.failAlways(fault)));
        }
        rows.add(answer("400 to everything", FakeResponse.badRequest(), "Pinterest answered 400"));
        rows.add(answer("401 token revoked", FakeResponse.unauthorized(), "make a new one in Ads Manager"));
        rows.add(answer("403 role revoked", FakeResponse.forbidden(), "check the role, and the account's id"));
        rows.add(answer("404 no such account", FakeResponse.notFound(), "There is no such ad account: check its id"));
        rows.add(answer("413 to everything", FakeResponse.of(413, ""), "Pinterest answered 413"));
        rows.add(answer("422 that names none", FakeResponse.unprocessable(), "Pinterest answered 422"));
        rows.add(answer("429", FakeResponse.rateLimited(), "Pinterest answered 429"));
        rows.add(answer(
                "429 for ten minutes", FakeResponse.rateLimited(Duration.ofMinutes(10)), "Pinterest answered 429"));
        rows.add(answer("500", FakeResponse.serverError(), "Pinterest answered 500"));
        rows.add(answer("503", FakeResponse.unavailable(), "Pinterest answered 503"));
        rows.add(answer("200 without a word", FakeResponse.of(200, ""), UNREADABLE));
        rows.add(answer(
                "200 with answers to others",
                FakeResponse.of(200, "{\"events\":[{\"status\":\"processed\"},{\"status\":\"processed\"}]}"),
                "has 2 answers to"));
        rows.add(answer("418", FakeResponse.of(418, "{}"), "Pinterest answered 418"));
        return rows.stream();
    }

    private static String reasonOf(Fault fault) {
        return switch (fault) {
            case HTML_502 -> "Pinterest answered 502.";
            case LOGIN_PAGE, CONTENT_LENGTH_TOO_SMALL -> "The 200 " + UNREADABLE;
            case STALL, STALL_AFTER_REQUEST, DRIPPING_RESPONSE -> UNREACHABLE + "no complete answer within 500 ms";
            default -> UNREACHABLE;
        };
    }

    private static FaultRow answer(String name, FakeResponse answer, String reason) {
        return new FaultRow(
                name, false, false, false, reason, (pinterest, network) -> pinterest.alwaysRespondWith(answer));
    }

    @Override
    public String toString() {
        return name;
    }
}
