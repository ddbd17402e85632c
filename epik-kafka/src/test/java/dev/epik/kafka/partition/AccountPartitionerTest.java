// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountPartitionerTest {
    private static int partition(String account, int event, int spread, int partitions) {
        byte[] key = (account + "/checkout/order-" + event).getBytes(StandardCharsets.UTF_8);
        return AccountPartitioner.partition(key, spread, partitions);
    }

    private static Set<Integer> partitions(String account, int spread, int partitions) {
        return IntStream.range(0, 1000)
                .mapToObj(event -> partition(account, event, spread, partitions))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({"1, 12, 1", "4, 12, 4", "64, 12, 12", "8, 1, 1"})
    void anAdAccountHasAsManyPartitionsAsItsSpread(int spread, int partitions, int expected) {
        assertEquals(expected, partitions("549755885175", spread, partitions).size());
    }

    @Test
    void anEventHasOnePartition() {
        assertEquals(partition("549755885175", 1, 4, 12), partition("549755885175", 1, 4, 12));
    }

    @Test
    void adAccountsAreDistributedEvenly() {
        Map<Integer, Long> counts = IntStream.range(0, 12_000)
                .mapToObj(account -> partition(String.valueOf(549_755_885_175L + account), 1, 1, 12))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertEquals(12, counts.size());
        Collection<Long> sizes = counts.values();
        assertTrue(sizes.stream().allMatch(size -> size > 800 && size < 1200), sizes::toString);
    }

    @Test
    void aKeyWithoutAnAdAccountHasAPartition() {
        int partition = AccountPartitioner.partition(new byte[0], 3, 12);
        assertTrue(partition >= 0 && partition < 12, () -> String.valueOf(partition));
    }
}
