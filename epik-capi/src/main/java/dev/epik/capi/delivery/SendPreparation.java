// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides, immediately before a request, which of its claimed events may still be sent. Not thread-safe. */
final class SendPreparation {
    private final DeliveryEngine engine;

    SendPreparation(DeliveryEngine engine) {
        this.engine = engine;
    }

    /**
     * Makes events that are too old dead letters, and extends the lease if the request could end after it. Returns the
     * other events, which may be none; empty if the lease is lost, because another node may have claimed the events.
     */
    Optional<Sending> prepare(Sending sending, OutcomeWriter writer, Instant now) {
        Sending fresh = withoutExpired(sending, writer, now);
        if (fresh.events().isEmpty() || holdsLease(fresh)) {
            return Optional.of(fresh);
        }
        writer.add(
                fresh.root(),
                fresh.events().stream()
                        .map(claimed -> Settlement.postponed(
                                claimed, "the lease ended before it was sent", Duration.ZERO, claimed.history()))
                        .toList());
        return Optional.empty();
    }

    private Sending withoutExpired(Sending sending, OutcomeWriter writer, Instant now) {
        List<Settlement> expired = new ArrayList<>();
        List<Batch.Claimed> left = new ArrayList<>(sending.events().size());
        for (Batch.Claimed each : sending.events()) {
            ExpiryPolicy.expiredReason(each, now, engine.options)
                    .ifPresentOrElse(
                            reason -> expired.add(Settlement.of(each, new Outcome.Rejected(reason))),
                            () -> left.add(each));
        }
        if (expired.isEmpty()) {
            return sending;
        }
        writer.add(sending.root(), expired);
        return new Sending(sending.kind(), sending.lease(), left);
    }

    private boolean holdsLease(Sending sending) {
        if (sending.lease().allowsRequest(engine.time)) {
            return true;
        }
        long nanos = engine.time.nanos();
        Instant wall = engine.wallClock.now();
        try {
            Batch left = new Batch(sending.root().lease(), sending.events());
            if (StoreFailure.guard(() -> engine.outbox.extend(left, Lease.LENGTH))) {
                sending.lease().extended(nanos, wall);
                return sending.lease().allowsRequest(engine.time);
            }
        } catch (StoreFailure e) {
            engine.onStoreFailure(e);
        }
        return false;
    }
}
