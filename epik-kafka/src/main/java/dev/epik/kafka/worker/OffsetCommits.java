// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.window.CommitMetadata;
import dev.epik.kafka.window.WindowInput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/** Commits what is settled: once a second, or earlier if much was settled. Only for the consumer thread. */
final class OffsetCommits {
    private static final Logger LOG = System.getLogger(KafkaWorker.class.getName());
    private static final long INTERVAL_NANOS = 1_000_000_000;
    private static final Duration SYNC_LIMIT = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final WindowInput input;
    private long last = System.nanoTime();
    private boolean isInFlight;
    private boolean withMetadata = true;
    private boolean failing;

    OffsetCommits(Consumer<?, ?> consumer, WindowInput input) {
        this.consumer = consumer;
        this.input = input;
    }

    /** Commits if it is time. Does not wait. */
    void commitIfDue() {
        boolean isDue = System.nanoTime() - last >= INTERVAL_NANOS || input.isCommitUrgent();
        if (!isDue || isInFlight) {
            return;
        }
        last = System.nanoTime();
        WindowInput.Commit commit = input.toCommit(withMetadata);
        if (commit.isEmpty()) {
            return;
        }
        isInFlight = true;
        consumer.commitAsync(commit.offsets(), (offsets, e) -> {
            isInFlight = false;
            if (e == null) {
                onStored(commit);
            } else {
                onFailure(e);
            }
        });
    }

    /** Commits what is settled of these partitions, and waits for it at most 5 s. */
    void commitNow(Collection<TopicPartition> partitions) {
        boolean hadMetadata = withMetadata;
        if (!tryCommitNow(partitions) && hadMetadata && !withMetadata) {
            tryCommitNow(partitions);
        }
    }

    private boolean tryCommitNow(Collection<TopicPartition> partitions) {
        WindowInput.Commit commit = input.toCommit(partitions, withMetadata);
        if (commit.isEmpty()) {
            return true;
        }
        try {
            consumer.commitSync(commit.offsets(), SYNC_LIMIT);
            onStored(commit);
            return true;
        } catch (KafkaException e) {
            onFailure(e);
            return false;
        }
    }

    private void onStored(WindowInput.Commit commit) {
        input.committed(commit);
        if (failing) {
            failing = false;
            ContainedLog.log(LOG, Level.INFO, "Kafka stores again what is settled");
        }
    }

    private void onFailure(Exception e) {
        if (e instanceof OffsetMetadataTooLarge && withMetadata) {
            withMetadata = false;
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "The brokers allow too little beside an offset, so more events are sent again after a crash: set"
                            + " offset.metadata.max.bytes of the brokers to {0} or more",
                    CommitMetadata.MAX_LENGTH);
        } else if (e instanceof RebalanceInProgressException) {
            ContainedLog.log(LOG, Level.DEBUG, "A rebalance begins: what is settled is stored with it");
        } else if (!failing) {
            failing = true;
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "Kafka could not store which events are settled; that is tried again. If this process ends before,"
                            + " these events are sent again, with the same ids. {0}",
                    KafkaErrors.describe(e));
        }
    }
}
