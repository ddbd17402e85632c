// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** The methods of an outbox that topics do not have: each worker delivers from a window of its own. */
abstract class StoreOfTopics implements Outbox {
    private static UnsupportedOperationException isOfWindows() {
        return new UnsupportedOperationException("a window has it");
    }

    /** Returns none: the topics keep no books. */
    @Override
    public final List<BooksDifference> verify() {
        return List.of();
    }

    @Override
    public final Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public final CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        throw isOfWindows();
    }

    @Override
    public final List<DueAccount> dueAccounts() {
        throw isOfWindows();
    }

    @Override
    public final Peek peek(String adAccount, int max) {
        throw isOfWindows();
    }

    @Override
    public final Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        throw isOfWindows();
    }

    @Override
    public final boolean extend(Batch batch, Duration lease) {
        throw isOfWindows();
    }

    @Override
    public final SettleResult settle(Batch batch, List<Settlement> settlements) {
        throw isOfWindows();
    }

    @Override
    public final void pause(String adAccount, Duration time, String reason) {
        throw isOfWindows();
    }

    @Override
    public final int releaseSuspects(String adAccount, String suspectReason) {
        throw isOfWindows();
    }

    @Override
    public final Map<String, Integer> deadLettersOlderThan(Duration age) {
        throw isOfWindows();
    }

    @Override
    public final List<FoundEvent> find(Predicate<StoredEvent> which) {
        throw isOfWindows();
    }

    @Override
    public final boolean forgetDelivered(StoredEvent.Key key) {
        throw isOfWindows();
    }

    @Override
    public final Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        throw isOfWindows();
    }

    @Override
    public final void close() {}
}
