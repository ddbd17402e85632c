// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The shared store as one process sees it. Calls may fail, take long, or end the process. Not thread- safe. */
final class ProcessOutbox implements Outbox {
    private final SimulatedProcess process;
    private final World world;
    private final Outbox store;

    /** @param store from which the process delivers */
    ProcessOutbox(SimulatedProcess process, World world, Outbox store) {
        this.process = process;
        this.world = world;
        this.store = store;
    }

    private <T> T call(Call call, String subject, Supplier<T> effect) {
        return process.call(call, subject, effect);
    }

    private void trace(Call call, long a, long b, Supplier<String> details) {
        world.trace.add(process.name, call.name(), a, b, details);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return call(Call.DUE_ACCOUNTS, "", () -> {
            List<DueAccount> due = store.dueAccounts();
            trace(Call.DUE_ACCOUNTS, due.size(), 0, due::toString);
            return due;
        });
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return call(Call.PEEK, adAccount, () -> {
            Peek peek = store.peek(adAccount, max);
            trace(Call.PEEK, peek.ready(), adAccount.hashCode(), () -> adAccount + ": " + peek);
            return peek;
        });
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        return call(Call.CLAIM, adAccount, () -> {
            Optional<Batch> batch = store.claim(adAccount, kind, maxEvents, maxBytes, lease);
            long events = batch.map(claimed -> (long) claimed.claimed().size()).orElse(0L);
            trace(
                    Call.CLAIM,
                    events,
                    kind.name().hashCode(),
                    () -> adAccount + " " + kind + " max " + maxEvents + ": "
                            + batch.map(claimed -> world.ledger.names(claimed.events()))
                                    .orElse("none"));
            batch.ifPresent(claimed -> world.invariants.onClaim(process, kind, claimed, lease));
            return batch;
        });
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return call(Call.EXTEND, batch.lease(), () -> {
            boolean extended = store.extend(batch, lease);
            trace(Call.EXTEND, batch.claimed().size(), extended ? 1 : 0, () -> batch.lease() + ": " + extended);
            if (extended) {
                world.invariants.onExtend(batch, lease);
            }
            return extended;
        });
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        if (world.isSettleFailing()) {
            world.coverage.count("settle while settling fails");
            FaultPlan.<RuntimeException>sneakyThrow(world.faults.throwable());
        }
        return call(Call.SETTLE, batch.lease(), () -> {
            SettleResult result = store.settle(batch, settlements);
            trace(
                    Call.SETTLE,
                    settlements.size(),
                    result.settled(),
                    () -> world.ledger.describe(settlements) + ": " + result.settled() + " settled, "
                            + result.locked().size() + " locked");
            world.invariants.onSettle(process, batch, settlements, result);
            return result;
        });
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        call(Call.PAUSE, adAccount, () -> {
            Optional<Peek.Pause> before = store.peek(adAccount, 1).pause();
            store.pause(adAccount, time, reason);
            trace(Call.PAUSE, time.toNanos(), 0, () -> adAccount + " for " + time + ": " + reason);
            world.invariants.onPause(adAccount, before, store.peek(adAccount, 1).pause());
            return time;
        });
    }

    @Override
    public void resume(String adAccount) {
        call(Call.RESUME, adAccount, () -> {
            store.resume(adAccount);
            trace(Call.RESUME, 0, 0, () -> adAccount);
            return adAccount;
        });
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        world.invariants.onRelease(adAccount);
        return call(Call.RELEASE, adAccount, () -> {
            int released = store.releaseSuspects(adAccount, suspectReason);
            trace(Call.RELEASE, released, 0, () -> adAccount + " " + suspectReason + ": " + released);
            return released;
        });
    }

    @Override
    public Backlog backlog(String adAccount) {
        return call(Call.HOUSEKEEPING, adAccount, () -> store.backlog(adAccount));
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return call(Call.HOUSEKEEPING, adAccount, () -> store.deadLetters(adAccount, max));
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return call(Call.HOUSEKEEPING, "", () -> store.deadLettersOlderThan(age));
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        return call(
                Call.HOUSEKEEPING,
                "",
                () -> world.group == null
                        ? world.retention.forget(deliveredOlderThan, deadOlderThan)
                        : store.forget(deliveredOlderThan, deadOlderThan));
    }

    @Override
    public List<BooksDifference> verify() {
        return call(Call.HOUSEKEEPING, "", () -> store.verify());
    }

    // --- not called by an engine

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        throw notForEngines();
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        throw notForEngines();
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        throw notForEngines();
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        throw notForEngines();
    }

    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        throw notForEngines();
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        throw notForEngines();
    }

    @Override
    public void close() {
        throw notForEngines();
    }

    private RuntimeException notForEngines() {
        world.invariants.violated(process.name + ": the engine calls what it has no reason to call");
        return new UnsupportedOperationException();
    }
}
