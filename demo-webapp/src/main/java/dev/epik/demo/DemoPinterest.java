// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.AdAccount;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The fake Pinterest inside the demo, and the failure that it simulates. In memory only. Thread-safe. */
public final class DemoPinterest implements AutoCloseable {
    static final String ACCOUNT = "549755885175";

    private static final Duration SLOW_DELAY = Duration.ofSeconds(8);

    private final FakePinterest fake;
    private final String token;
    private State state = State.HEALTHY;

    /** The states that the inspector's buttons select. FreeMarker reads the public accessors. */
    public enum State {
        HEALTHY("healthy", "Healthy", "Accepts valid events."),
        SLOW("slow", "Slow", "Responds after 8 seconds."),
        LIMITED("429", "Rate limited (429)", "Responds 429, too many requests."),
        BROKEN("500", "Server error (500)", "Responds 500 to every request."),
        DOWN("down", "Down", "Closes every connection without a response."),
        REJECTS("rejects", "Rejects every second", "Rejects each sale with an odd order number.");

        private final String code;
        private final String label;
        private final String text;

        State(String code, String label, String text) {
            this.code = code;
            this.label = label;
            this.text = text;
        }

        public String code() {
            return code;
        }

        public String label() {
            return label;
        }

        public String text() {
            return text;
        }

        public static Optional<State> ofCode(String code) {
            return Arrays.stream(values())
                    .filter(state -> state.code.equals(code))
                    .findFirst();
        }
    }

    private DemoPinterest(FakePinterest fake, String token) {
        this.fake = fake;
        this.token = token;
    }

    static DemoPinterest start() {
        String token = new BigInteger(128, new SecureRandom()).toString(36);
        try {
            return new DemoPinterest(FakePinterest.builder(ACCOUNT, token).start(), token);
        } catch (IOException e) {
            throw new UncheckedIOException("The simulated Pinterest found no free port on loopback", e);
        }
    }

    public FakePinterest fake() {
        return fake;
    }

    AdAccount account() {
        return AdAccount.of(ACCOUNT, token);
    }

    public synchronized State state() {
        return state;
    }

    public synchronized void setState(State next) {
        state = next;
        fake.respondNormally();
        switch (next) {
            case HEALTHY -> {}
            case SLOW -> fake.delayResponses(SLOW_DELAY);
            case LIMITED -> fake.alwaysRespondWith(FakeResponse.rateLimited());
            case BROKEN -> fake.alwaysRespondWith(FakeResponse.serverError());
            case DOWN -> fake.alwaysRespondWith(FakeResponse.none());
            case REJECTS ->
                fake.failEvents(
                        id -> id.matches("[a-z0-9]+-\\d*[13579]"), "Rejected on purpose by the simulated Pinterest");
        }
    }

    @Override
    public void close() {
        fake.close();
    }
}
