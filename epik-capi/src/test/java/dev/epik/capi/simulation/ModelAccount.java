// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static java.util.Objects.requireNonNull;

import dev.epik.capi.outbox.spi.ClaimKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The committed waiting rows of one ad account in a {@link ModelOutbox}, in the order of each kind of claim. */
final class ModelAccount {
    /** All rows, by the time when they can be claimed. */
    final NavigableSet<ModelRow> ordinary = new TreeSet<>(ModelRow.BY_READY_TIME);

    final NavigableSet<ModelRow> suspects = new TreeSet<>(ModelRow.BY_READY_TIME);

    /** The rows that were ready at the last call of {@link #advance}. */
    private final NavigableSet<ModelRow> readyOnline = new TreeSet<>(ModelRow.BY_HAPPENING);

    private final NavigableSet<ModelRow> readyOffline = new TreeSet<>(ModelRow.BY_READY_TIME);

    /** The ordinary rows that were not ready then. */
    private final NavigableSet<ModelRow> later = new TreeSet<>(ModelRow.BY_READY_TIME);

    long pausedUntil;
    String pauseReason = "";

    void add(ModelRow row, long now) {
        if (row.history.isSuspect()) {
            suspects.add(row);
            return;
        }
        ordinary.add(row);
        if (row.readyAt <= now) {
            ready(row).add(row);
        } else {
            later.add(row);
        }
    }

    void remove(ModelRow row) {
        if (!suspects.remove(row)) {
            ordinary.remove(row);
            if (!later.remove(row)) {
                ready(row).remove(row);
            }
        }
    }

    /** Marks rows as ready. They stay ready even if the clock is set back. */
    void advance(long now) {
        while (!later.isEmpty() && later.first().readyAt <= now) {
            ModelRow row = requireNonNull(later.pollFirst());
            ready(row).add(row);
        }
    }

    private NavigableSet<ModelRow> ready(ModelRow row) {
        return row.event.offline() ? readyOffline : readyOnline;
    }

    Optional<Long> firstLater() {
        return later.isEmpty() ? Optional.empty() : Optional.of(later.first().readyAt);
    }

    int countReady() {
        return readyOnline.size() + readyOffline.size();
    }

    /** Returns the rows that no transaction of the shop has locked, in the order of a claim. */
    List<ModelRow> claimable(ClaimKind kind, long now, int maxEvents, long maxBytes) {
        List<ModelRow> taken = new ArrayList<>();
        long bytes = 0;
        for (Iterator<ModelRow> all = inOrder(kind, now).iterator(); all.hasNext() && taken.size() < maxEvents; ) {
            ModelRow row = all.next();
            if (row.holder != null) {
                continue;
            }
            bytes += row.event.bytes();
            if (!taken.isEmpty() && bytes > maxBytes) {
                break;
            }
            taken.add(row);
        }
        return taken;
    }

    private Stream<ModelRow> inOrder(ClaimKind kind, long now) {
        return switch (kind) {
            case ONLINE ->
                Stream.concat(
                        readyOnline.stream().dropWhile(row -> !row.countsAsWeb(now)),
                        readyOnline.stream().takeWhile(row -> !row.countsAsWeb(now)));
            case OFFLINE -> readyOffline.stream();
            case SUSPECT -> suspects.stream().takeWhile(row -> row.readyAt <= now);
        };
    }
}
