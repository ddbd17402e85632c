// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.testkit.Answer;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.Fault;
import dev.epik.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One row of {@link FaultMatrix}: what goes wrong, and what is said of it.
 *
 * @param arrives Pinterest has the events all the same, so that they are sent again
 * @param stalls it ends by our deadline alone
 * @param tls it is trouble with https
 * @param reason is part of what {@code stats()} says while it lasts
 */
record Trouble(String name, boolean arrives, boolean stalls, boolean tls, String reason, Cause cause) {
    /** Begins it. */
    interface Cause {
        void begin(FakePinterest pinterest, FaultProxy network) throws IOException;
    }

    private static final String UNREACHABLE = "Pinterest cannot be reached: ";
    private static final String UNREADABLE = "answer cannot be read: is a proxy or a login page in between?";
    private static final Set<Fault> STALLING =
            Set.of(Fault.STALL, Fault.STALL_AFTER_REQUEST, Fault.DRIPPING_ANSWER, Fault.ENDLESS_HEADER);
    private static final Set<Fault> WITH_TLS = Set.of(Fault.PLAIN_TEXT_FOR_TLS, Fault.UNTRUSTED_CERTIFICATE);

    static Stream<Trouble> all() {
        List<Trouble> rows = new ArrayList<>();
        rows.add(new Trouble(
                "CONNECTION_REFUSED", false, false, false, UNREACHABLE, (pinterest, network) -> network.refuse()));
        for (Fault fault : Fault.values()) {
            rows.add(new Trouble(
                    fault.name(),
                    fault.arrives(),
                    STALLING.contains(fault),
                    WITH_TLS.contains(fault),
                    said(fault),
                    (pinterest, network) -> network.always(fault)));
        }
        rows.add(answer("400 to everything", Answer.badRequest(), "Pinterest answered 400"));
        rows.add(answer("401 token revoked", Answer.unauthorized(), "make a new one in Ads Manager"));
        rows.add(answer("403 role revoked", Answer.forbidden(), "check the role, and the account's id"));
        rows.add(answer("404 no such account", Answer.notFound(), "There is no such ad account: check its id"));
        rows.add(answer("413 to everything", Answer.of(413, ""), "Pinterest answered 413"));
        rows.add(answer("422 that names none", Answer.unprocessable(), "Pinterest answered 422"));
        rows.add(answer("429", Answer.rateLimited(), "Pinterest answered 429"));
        rows.add(answer("429 for ten minutes", Answer.rateLimited(Duration.ofMinutes(10)), "Pinterest answered 429"));
        rows.add(answer("500", Answer.serverError(), "Pinterest answered 500"));
        rows.add(answer("503", Answer.unavailable(), "Pinterest answered 503"));
        rows.add(answer("200 without a word", Answer.of(200, ""), UNREADABLE));
        rows.add(answer(
                "200 with answers to others",
                Answer.of(200, "{\"events\":[{\"status\":\"processed\"},{\"status\":\"processed\"}]}"),
                "has 2 answers to"));
        rows.add(answer("418", Answer.of(418, "{}"), "Pinterest answered 418"));
        return rows.stream();
    }

    private static String said(Fault fault) {
        return switch (fault) {
            case HTML_502 -> "Pinterest answered 502.";
            case LOGIN_PAGE, TOO_SMALL_CONTENT_LENGTH -> "The 200 " + UNREADABLE;
            case STALL, STALL_AFTER_REQUEST, DRIPPING_ANSWER -> UNREACHABLE + "no whole answer within 500 ms";
            default -> UNREACHABLE;
        };
    }

    private static Trouble answer(String name, Answer answer, String reason) {
        return new Trouble(name, false, false, false, reason, (pinterest, network) -> pinterest.always(answer));
    }

    @Override
    public String toString() {
        return name;
    }
}
