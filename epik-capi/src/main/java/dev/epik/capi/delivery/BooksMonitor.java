// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.BooksDifference;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reports the differences that {@code Outbox.verify} finds: one log line for each check, and a figure for each ad
 * account. Thread-safe.
 */
final class BooksMonitor {
    private static final Logger LOG = System.getLogger(BooksMonitor.class.getName());
    private static final int MAX_HOURS_LOGGED = 5;

    private volatile Map<String, Long> missing = Map.of();

    /** Takes the result of a check. Logs an ERROR if there is a difference. */
    void report(List<BooksDifference> differences) {
        Map<String, Long> sums = new TreeMap<>();
        differences.forEach(each -> sums.merge(each.adAccount(), Math.abs(each.difference()), Long::sum));
        missing = Map.copyOf(sums);
        if (!differences.isEmpty()) {
            LOG.log(Level.ERROR, "{0}", describe(differences));
        }
    }

    /** Returns the difference in the books of an ad account at the last check, in events; 0 if they balanced. */
    long difference(String adAccount) {
        return missing.getOrDefault(adAccount, 0L);
    }

    private static String describe(List<BooksDifference> differences) {
        int others = differences.size() - MAX_HOURS_LOGGED;
        return "The books of the outbox do not balance (hours with a difference: " + differences.size() + "): "
                + differences.stream()
                        .limit(MAX_HOURS_LOGGED)
                        .map(BooksMonitor::describe)
                        .collect(Collectors.joining("; "))
                + (others > 0 ? "; and " + others + " other hours" : "")
                + ". Rows of epik_outbox were deleted, changed or added by another program, by hand or from a backup, or a"
                + " node of an older Epik settled them: find out which. Submit the orders of a missing event again: Pinterest"
                + " counts an event id once within 48 hours";
    }

    private static String describe(BooksDifference hour) {
        long difference = hour.difference();
        return "ad account " + hour.adAccount() + ", events stored in the hour from " + hour.hour() + ": "
                + hour.stored() + " stored, " + hour.accepted() + " accepted, " + hour.rejected() + " rejected, "
                + hour.cancelled() + " cancelled, " + hour.waiting() + " waiting, so "
                + (difference > 0 ? difference + " missing" : -difference + " too many");
    }
}
