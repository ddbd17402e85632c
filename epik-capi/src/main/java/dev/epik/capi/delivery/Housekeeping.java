// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The work that is done once an hour for all ad accounts: removes old events, warns of dead letters that are removed
 * soon, checks the books, and logs a warning in test mode. Not thread-safe.
 */
final class Housekeeping {
    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());
    private static final Duration WARN_BEFORE_REMOVAL = Duration.ofDays(7);

    private final Outbox outbox;
    private final DeliveryOptions options;
    private final BooksMonitor books;
    private final Time time;
    private long next;

    /** Creates housekeeping that is due at once. */
    Housekeeping(Outbox outbox, DeliveryOptions options, BooksMonitor books, Time time) {
        this.outbox = outbox;
        this.options = options;
        this.books = books;
        this.time = time;
        this.next = time.nanos();
    }

    /** Returns when it is due next, by the monotonic clock. */
    long next() {
        return next;
    }

    /** Returns whether it is due now, and if so makes it due again after {@link #INTERVAL}. */
    boolean begin() {
        long now = time.nanos();
        if (next - now > 0) {
            return false;
        }
        next = now + INTERVAL.toNanos();
        return true;
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
        Duration warnAge = options.keepDead().minus(WARN_BEFORE_REMOVAL);
        if (!warnAge.isNegative()) {
            StoreFailure.guard(() -> outbox.deadLettersOlderThan(warnAge)).forEach(Housekeeping::warnOfRemoval);
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
