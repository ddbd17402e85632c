// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.kafka.FakeAccounts.Answer;
import dev.epik.testing.Await;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.KafkaBroker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker whose process is frozen for longer than its session, as a virtual machine is that is moved. */
@Tag("full")
@Timeout(300)
class KafkaFreezeTest {
    private static final int ROUNDS = 3;

    @Test
    void aWorkerThatWasFrozenLosesNothingRepeatsFewAndWorksAgain() throws Exception {
        Set<String> ids = new TreeSet<>();
        try (FakeAccounts pinterest = new FakeAccounts();
                KafkaBroker broker = KafkaBroker.start(Map.of("group.min.session.timeout.ms", "1000"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            pinterest.behave(ACCOUNT, all -> Answer.slow(20));
            KafkaRig rig = new KafkaRig(broker.bootstrap(), pinterest.uri());
            try (KafkaStore store = rig.store(2).build();
                    ChildJvm frozen = start(broker, rig, pinterest, "frozen");
                    ChildJvm other = start(broker, rig, pinterest, "other")) {
                frozen.awaitLine("READY");
                other.awaitLine("READY");
                for (int round = 0; round < ROUNDS; round++) {
                    Await.until(() -> haveWork(admin, rig.topic, 2));
                    ids.addAll(KafkaRig.store(store, ACCOUNT, "before" + round, 1000));
                    frozen.freeze();
                    ids.addAll(KafkaRig.store(store, ACCOUNT, "during" + round, 500));
                    pinterest.awaitAccepted(ids);
                    Await.until(() -> haveWork(admin, rig.topic, 1));
                    frozen.unfreeze();
                    ids.addAll(KafkaRig.store(store, ACCOUNT, "after" + round, 500));
                    pinterest.awaitAccepted(ids);
                }
                Await.until(() -> haveWork(admin, rig.topic, 2));
                other.kill();
                ids.addAll(KafkaRig.store(store, ACCOUNT, "alone", 500)); // so the one that was frozen works
                pinterest.awaitAccepted(ids);
                Await.until(() -> store.unread() == 0);
            }
            System.out.println("EPIK: Kafka, a worker frozen " + ROUNDS + " times beyond its session: " + ids.size()
                    + " stored, 0 lost, " + pinterest.repeats() + " sent again");
            assertTrue(
                    pinterest.repeats() <= (ROUNDS + 1) * KafkaWorkerProcess.WINDOW,
                    () -> pinterest.repeats() + " events were sent again");
        }
    }

    private static ChildJvm start(KafkaBroker broker, KafkaRig rig, FakeAccounts pinterest, String name)
            throws Exception {
        return KafkaWorkerProcess.start(broker.bootstrap(), rig.topic, pinterest.uri(), name);
    }

    /** Returns whether this many members of the group have partitions, and all partitions have a member. */
    private static boolean haveWork(Admin admin, String group, int members)
            throws ExecutionException, InterruptedException {
        List<Integer> partitions = admin
                .describeConsumerGroups(List.of(group))
                .describedGroups()
                .values()
                .iterator()
                .next()
                .get()
                .members()
                .stream()
                .map(MemberDescription::assignment)
                .map(each -> each.topicPartitions().size())
                .filter(count -> count > 0)
                .toList();
        return partitions.size() == members
                && partitions.stream().mapToInt(Integer::intValue).sum() == 6;
    }
}
