// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * What is done once an hour for all ad accounts: old events are forgotten, dead letters that are removed soon are
 * warned of, the books are checked, and a forgotten test mode is logged. Not thread-safe.
 */
final class Housekeeping {
    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());
    private static final Duration WARN_BEFORE_REMOVAL = Duration.ofDays(7);

    private final Outbox outbox;
    private final DeliveryOptions options;
    private final BooksMonitor books;

    Housekeeping(Outbox outbox, DeliveryOptions options, BooksMonitor books) {
        this.outbox = outbox;
        this.options = options;
        this.books = books;
    }

    void run() throws StoreFailure {
        if (options.mode() == Mode.TEST) {
            LOG.log(
                    Level.WARNING,
                    "Epik is in TEST mode: Pinterest checks events and counts none; Mode.LIVE makes them count");
        }
        StoreFailure.guard(() -> outbox.forget(options.keepDelivered(), options.keepDead()))
                .forEach((account, letters) -> LOG.log(
                        Level.WARNING,
                        "{0} dead letters of ad account {1} were over {2} days old and are removed",
                        letters,
                        account,
                        options.keepDead().toDays()));
        Duration soon = options.keepDead().minus(WARN_BEFORE_REMOVAL);
        if (!soon.isNegative()) {
            StoreFailure.guard(() -> outbox.deadLettersOlderThan(soon)).forEach(Housekeeping::warnOfRemoval);
        }
        books.report(StoreFailure.guard(outbox::verify));
    }

    private static void warnOfRemoval(String account, int letters) {
        LOG.log(
                Level.WARNING,
                "{0} dead letters of ad account {1} are removed within {2} days: look at them, and redrive or cancel"
                        + " them",
                letters,
                account,
                WARN_BEFORE_REMOVAL.toDays());
    }
}
