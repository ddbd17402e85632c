// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
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
 * The parts of the application. {@link DemoListener} opens and closes it once.
 *
 * @param note problems for the operator; empty if there are none
 * @param pageEvents settings of the page events, for the listener
 * @param pinterest the simulated Pinterest; empty if a real ad account is configured
 * @param storedIn the outbox file, for display; empty: the outbox is in memory
 */
public record Demo(
        String badge,
        String note,
        boolean consentRequired,
        boolean inspectorForAll,
        EpikClient epik,
        PageEvents.Builder pageEvents,
        Outbox outbox,
        String storedIn,
        Optional<DemoPinterest> pinterest,
        Journal journal,
        Orders orders,
        Pages pages,
        Clock clock)
        implements AutoCloseable {

    static Demo open(UnaryOperator<@Nullable String> environment) {
        DemoSettings settings = DemoSettings.read(environment);
        try {
            return open(settings);
        } catch (EpikException e) {
            return open(settings.simulatedBecauseOf(e));
        }
    }

    private static Demo open(DemoSettings settings) {
        Storage storage = Storage.open(settings.outbox(), settings.outboxName());
        try {
            return open(settings, storage);
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    private static Demo open(DemoSettings settings, Storage storage) {
        Clock clock = Clock.systemUTC();
        Journal journal = new Journal(clock.instant());
        Optional<DemoPinterest> simulated = Optional.empty();
        Mode mode = settings.mode();
        URI api = settings.api();
        AdAccount account;
        if (settings.account().isPresent()) {
            account = settings.account().get();
        } else {
            DemoPinterest pinterest = DemoPinterest.start();
            simulated = Optional.of(pinterest);
            mode = Mode.LIVE;
            api = pinterest.fake().uri();
            account = pinterest.account();
        }
        // A pause survives a restart. The operator has probably corrected its cause; otherwise this costs one request.
        storage.outbox().resume(account.id());
        EpikClient.Builder client =
                EpikClient.builder(mode, account, storage.outbox()).baseUrl(api);
        EpikClient epik = client.linger(
                        Duration.ofMillis(200)) // shorter than the default, because a person is watching
                .shutdownTimeout(Duration.ofSeconds(2))
                .listener(journal)
                .open();
        PageEvents.Builder pageEvents = PageEvents.builder(mode, account)
                .baseUrl(api)
                .linger(Duration.ofMillis(200))
                .maxPerMinute(600) // because behind a proxy all visitors of the demo share its address
                .listener(journal::pageEventSettled);
        return new Demo(
                settings.badge(),
                (settings.note() + " " + storage.note()).strip(),
                settings.consentRequired(),
                settings.inspectorForAll(),
                epik,
                pageEvents,
                storage.outbox(),
                storage.place(),
                simulated,
                journal,
                new Orders(),
                new Pages(),
                clock);
    }

    /** Returns the demo of a servlet context. */
    public static Demo of(ServletContext context) {
        return (Demo) context.getAttribute(Demo.class.getName());
    }

    @Override
    public void close() {
        epik.close();
        outbox.close();
        pinterest.ifPresent(DemoPinterest::close);
    }
}
