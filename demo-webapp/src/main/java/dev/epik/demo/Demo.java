// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.demo.inspector.Journal;
import dev.epik.demo.shop.Orders;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the application, made once and closed once, by {@link DemoListener}.
 *
 * @param note what the operator should know; empty where all is as it should be
 * @param pinterest the simulated one, where there is no real one
 * @param storedIn for people; empty: in memory
 */
public record Demo(
        String badge,
        String note,
        boolean consentRequired,
        boolean inspectorForAll,
        EpikClient epik,
        Outbox outbox,
        String storedIn,
        Optional<SimulatedPinterest> pinterest,
        Journal journal,
        Orders orders,
        Pages pages,
        Clock clock)
        implements AutoCloseable {

    static Demo open(UnaryOperator<@Nullable String> environment) {
        DemoSettings settings = DemoSettings.read(environment);
        try {
            return open(settings);
        } catch (EpikException wrong) {
            return open(settings.simulatedBecauseOf(wrong));
        }
    }

    private static Demo open(DemoSettings settings) {
        Storage storage = Storage.open(settings.outbox(), settings.kind());
        try {
            return open(settings, storage);
        } catch (RuntimeException refused) {
            storage.close();
            throw refused;
        }
    }

    private static Demo open(DemoSettings settings, Storage storage) {
        Clock clock = Clock.systemUTC();
        Journal journal = new Journal(clock.instant());
        Optional<SimulatedPinterest> simulated = Optional.empty();
        Mode mode = settings.mode();
        URI api = settings.api();
        AdAccount account;
        if (settings.account().isPresent()) {
            account = settings.account().get();
        } else {
            SimulatedPinterest pinterest = SimulatedPinterest.start();
            simulated = Optional.of(pinterest);
            mode = Mode.LIVE;
            api = pinterest.fake().uri();
            account = pinterest.account();
        }
        // A pause outlives a restart, and whoever starts the demo has mended what was wrong; else this costs one
        // request.
        storage.outbox().resume(account.id());
        EpikClient.Builder client =
                EpikClient.builder(mode, account, storage.outbox()).baseUrl(api);
        EpikClient epik = client.linger(Duration.ofMillis(200)) // a shop leaves it at a second; here somebody watches
                .shutdownTimeout(Duration.ofSeconds(2))
                .listener(journal)
                .open();
        return new Demo(
                settings.badge(),
                (settings.note() + " " + storage.note()).strip(),
                settings.consentRequired(),
                settings.inspectorForAll(),
                epik,
                storage.outbox(),
                storage.place(),
                simulated,
                journal,
                new Orders(clock.instant()),
                new Pages(),
                clock);
    }

    public static Demo of(ServletContext context) {
        return (Demo) context.getAttribute(Demo.class.getName());
    }

    @Override
    public void close() {
        epik.close();
        outbox.close();
        pinterest.ifPresent(SimulatedPinterest::close);
    }
}
