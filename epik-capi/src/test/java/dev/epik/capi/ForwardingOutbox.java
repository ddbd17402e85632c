// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.outbox.Backlog;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.Settlement;
import dev.epik.capi.outbox.StoredEvent;
import java.time.Instant;
import java.util.List;

/** A store for tests to misbehave with. */
class ForwardingOutbox implements Outbox {
    private final Outbox real;

    ForwardingOutbox(Outbox real) {
        this.real = real;
    }

    @Override
    public Added add(StoredEvent event) {
        return real.add(event);
    }

    @Override
    public List<StoredEvent> claim(String adAccount, int max, Instant now) {
        return real.claim(adAccount, max, now);
    }

    @Override
    public void settle(List<Settlement> settlements) {
        real.settle(settlements);
    }

    @Override
    public Backlog backlog(String adAccount, Instant now) {
        return real.backlog(adAccount, now);
    }

    @Override
    public List<DeadLetter> deadLetters() {
        return real.deadLetters();
    }
}
