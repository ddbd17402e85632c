// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows of schema 1 of the ad account "1", and their expected state after the migration. */
final class SchemaOneRows {
    private SchemaOneRows() {}

    /** Returns the statement that inserts a waiting event. */
    static String insert(Dialect dialect, String id, Instant happenedAt, boolean offline, long urgentUntil) {
        String hex = HexFormat.of().formatHex(Fingerprint.of(new StoredEvent.Key("1", "checkout", id)));
        String key = dialect == Dialect.POSTGRESQL ? "'\\x" + hex + "'" : "x'" + hex + "'";
        long time = happenedAt.toEpochMilli();
        return "INSERT INTO epik_outbox (event_key, ad_account, state, name, event_id, json, bytes, happened_at,"
                + " offline, redriven, stored_at, urgent_until, ready_at) VALUES (" + key + ", '1', 0, 'checkout', '"
                + id
                + "', '{}', 2, " + time + ", " + (offline ? 1 : 0) + ", 0, " + time + ", " + urgentUntil + ", " + time
                + ")";
    }

    /**
     * Asserts that the events "online", "behind" and "offline" can be claimed by their kinds, and "behind" become a
     * suspect.
     */
    static void assertMigrated(Outbox outbox) {
        assertEquals(3, outbox.backlog("1").waiting());
        assertEquals(Set.of("offline"), ids(claim(outbox, ClaimKind.OFFLINE)), "and behind is moved");
        Batch online = claim(outbox, ClaimKind.ONLINE);
        assertEquals(Set.of("online", "behind"), ids(online));
        for (Batch.Claimed claimed : online.claimed()) {
            assertEquals(DeliveryHistory.NONE, claimed.history());
            if (claimed.event().id().equals("behind")) {
                DeliveryHistory history = DeliveryHistory.NONE.withFailureAlone("500", Instant.EPOCH);
                assertEquals(
                        new SettleResult(1, List.of()),
                        outbox.settle(online, List.of(Settlement.postponed(claimed, "500", Duration.ZERO, history))));
            }
        }
        assertEquals(Set.of("behind"), ids(claim(outbox, ClaimKind.SUSPECT)));
        assertEquals(List.of(), outbox.verify());
        assertEquals(3, ((TableOutbox) outbox).books().get(0).waiting());
    }

    private static Batch claim(Outbox outbox, ClaimKind kind) {
        return outbox.claim("1", kind, 9, 1 << 20, Duration.ofMinutes(3)).orElseThrow();
    }

    private static Set<String> ids(Batch batch) {
        return batch.events().stream().map(StoredEvent::id).collect(Collectors.toSet());
    }
}
