// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.demo.inspector.Journal;
import dev.epik.demo.shop.Orders;
import dev.epik.testkit.FakePinterest;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the application, made once and closed once, by {@link DemoListener}.
 *
 * @param pinterest the simulated one, where there is no real one
 */
public record Demo(
        String badge,
        String note,
        boolean consentRequired,
        boolean inspectorForAll,
        EpikClient epik,
        Optional<FakePinterest> pinterest,
        Journal journal,
        Orders orders,
        Pages pages,
        Clock clock)
        implements AutoCloseable {

    private static final String SIMULATED_ACCOUNT = "549755885175";
    private static final int MOST_WAITING = 10_000;

    static Demo open(UnaryOperator<@Nullable String> environment) {
        DemoSettings settings = DemoSettings.read(environment);
        try {
            return open(settings);
        } catch (EpikException wrong) {
            return open(settings.simulatedBecauseOf(wrong));
        }
    }

    private static Demo open(DemoSettings settings) {
        Journal journal = new Journal();
        Clock clock = Clock.systemUTC();
        Optional<FakePinterest> simulated = Optional.empty();
        EpikClient.Builder client;
        if (settings.account().isPresent()) {
            client = EpikClient.builder(
                            settings.mode(), settings.account().get(), MemoryOutbox.ofCapacity(MOST_WAITING))
                    .api(settings.api());
        } else {
            String token = new BigInteger(128, new SecureRandom()).toString(36);
            FakePinterest fake = simulate(token);
            simulated = Optional.of(fake);
            client = EpikClient.builder(
                            Mode.LIVE, AdAccount.of(SIMULATED_ACCOUNT, token), MemoryOutbox.ofCapacity(MOST_WAITING))
                    .api(fake.uri());
        }
        EpikClient epik = client.linger(Duration.ofMillis(200)) // a shop leaves it at a second; here somebody watches
                .drainTime(Duration.ofSeconds(2))
                .listener(journal)
                .open();
        return new Demo(
                settings.badge(),
                settings.note(),
                settings.consentRequired(),
                settings.inspectorForAll(),
                epik,
                simulated,
                journal,
                new Orders(clock.instant()),
                new Pages(),
                clock);
    }

    private static FakePinterest simulate(String token) {
        try {
            return FakePinterest.builder(SIMULATED_ACCOUNT, token).start();
        } catch (IOException noPort) {
            throw new UncheckedIOException("The simulated Pinterest found no free port on loopback", noPort);
        }
    }

    public static Demo of(ServletContext context) {
        return (Demo) context.getAttribute(Demo.class.getName());
    }

    @Override
    public void close() {
        epik.close();
        pinterest.ifPresent(FakePinterest::close);
    }
}
