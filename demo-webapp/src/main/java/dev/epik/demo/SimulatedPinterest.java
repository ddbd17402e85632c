// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.AdAccount;
import dev.epik.testkit.Answer;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The Pinterest inside the demo, and what ails it. Forgets all when the demo ends. */
public final class SimulatedPinterest implements AutoCloseable {
    static final String ACCOUNT = "549755885175";

    private static final Duration SLOW = Duration.ofSeconds(8);

    private final FakePinterest fake;
    private final String token;
    private State state = State.HEALTHY;

    /** What it can be made to do. Public accessors as FreeMarker reads them. */
    public enum State {
        HEALTHY("healthy", "Healthy", "It takes what it is sent."),
        SLOW("slow", "Slow", "It takes 8 seconds over each answer."),
        LIMITED("429", "Too busy (429)", "It says \"too many requests\", and to come back in a minute."),
        BROKEN("500", "Broken (500)", "It answers every request with an error of its own."),
        DOWN("down", "Down", "It hangs up on every connection."),
        REJECTS("rejects", "Rejects every second", "It answers, and rejects each sale with an odd number.");

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

    private SimulatedPinterest(FakePinterest fake, String token) {
        this.fake = fake;
        this.token = token;
    }

    static SimulatedPinterest start() {
        String token = new BigInteger(128, new SecureRandom()).toString(36);
        try {
            return new SimulatedPinterest(FakePinterest.builder(ACCOUNT, token).start(), token);
        } catch (IOException noPort) {
            throw new UncheckedIOException("The simulated Pinterest found no free port on loopback", noPort);
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

    public synchronized void become(State next) {
        state = next;
        fake.heal();
        switch (next) {
            case HEALTHY -> {}
            case SLOW -> fake.slow(SLOW);
            case LIMITED -> fake.always(Answer.rateLimited());
            case BROKEN -> fake.always(Answer.serverError());
            case DOWN -> fake.always(Answer.none());
            case REJECTS ->
                fake.failEvents(
                        id -> id.matches("[a-z0-9]+-\\d*[13579]"), "Rejected, as the simulated Pinterest was told to");
        }
    }

    @Override
    public void close() {
        fake.close();
    }
}
