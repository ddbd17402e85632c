// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.partition;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Decides the partition of a record by the ad account in its key, so that one worker has the whole ad account, with its
 * pause, its backoff and its batches. {@link #SPREAD} puts an ad account with more events than one worker sends into
 * several partitions; the records of one event are always in one of them. Kafka's producer creates it. Thread-safe.
 */
public final class AccountPartitioner implements Partitioner {
    /** The property with the number of partitions of an ad account; 1 by default. */
    public static final String SPREAD = "epik.spread";

    private volatile int spread = 1;

    /** Creates the partitioner of one producer, as Kafka does. */
    public AccountPartitioner() {}

    @Override
    public void configure(Map<String, ?> properties) {
        if (properties.get(SPREAD) instanceof Integer given) {
            spread = given;
        }
    }

    @Override
    public int partition(
            String topic,
            @Nullable Object key,
            byte @Nullable [] keyBytes,
            @Nullable Object value,
            byte @Nullable [] valueBytes,
            Cluster cluster) {
        return partition(keyBytes == null ? new byte[0] : keyBytes, spread, cluster.partitionCountForTopic(topic));
    }

    /** Returns the partition of a key, {@code AD_ACCOUNT/NAME/ID}: a pure function. */
    static int partition(byte[] key, int spread, int partitions) {
        int end = 0;
        while (end < key.length && key[end] != '/') {
            end++;
        }
        int first = hash(Arrays.copyOf(key, end)) % partitions;
        int next = spread == 1 ? 0 : hash(key) % Math.min(spread, partitions);
        return (first + next) % partitions;
    }

    private static int hash(byte[] bytes) {
        return Utils.toPositive(Utils.murmur2(bytes));
    }

    @Override
    public void close() {}
}
