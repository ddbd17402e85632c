// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
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

/** Passes every call on to another outbox; tests override the methods that are to fail. */
public class ForwardingOutbox implements Outbox {
    private final Outbox real;

    public ForwardingOutbox(Outbox real) {
        this.real = real;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return real.add(event);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return real.addAll(events);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return real.dueAccounts();
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return real.peek(adAccount, max);
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        return real.claim(adAccount, kind, maxEvents, maxBytes, lease);
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return real.extend(batch, lease);
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        return real.settle(batch, settlements);
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        real.pause(adAccount, time, reason);
    }

    @Override
    public void resume(String adAccount) {
        real.resume(adAccount);
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        return real.releaseSuspects(adAccount, suspectReason);
    }

    @Override
    public Backlog backlog(String adAccount) {
        return real.backlog(adAccount);
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return real.deadLetters(adAccount, max);
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return real.deadLettersOlderThan(age);
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        return real.redrive(adAccount, which, scope);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return real.cancel(key);
    }

    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        return real.find(which);
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        return real.forgetDelivered(key);
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        return real.forget(deliveredOlderThan, deadOlderThan);
    }

    @Override
    public List<BooksDifference> verify() {
        return real.verify();
    }

    @Override
    public void close() {
        real.close();
    }
}
