// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.outbox.Backlog;
import dev.epik.capi.outbox.Batch;
import dev.epik.capi.outbox.DeadLetter;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.Peek;
import dev.epik.capi.outbox.Settlement;
import dev.epik.capi.outbox.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store for tests to misbehave with. */
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
    public Peek peek(String adAccount, int most) {
        return real.peek(adAccount, most);
    }

    @Override
    public Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease) {
        return real.claim(adAccount, mostEvents, mostBytes, lease);
    }

    @Override
    public int settle(Batch batch, List<Settlement> settlements) {
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
    public Backlog backlog(String adAccount) {
        return real.backlog(adAccount);
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int most) {
        return real.deadLetters(adAccount, most);
    }

    @Override
    public Redriven redrive(String adAccount, DeadLetter.Which which, boolean force) {
        return real.redrive(adAccount, which, force);
    }

    @Override
    public Cancelled cancel(StoredEvent.Key key) {
        return real.cancel(key);
    }

    @Override
    public int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan) {
        return real.forget(adAccount, deliveredOlderThan, deadOlderThan);
    }

    @Override
    public void close() {
        real.close();
    }
}
