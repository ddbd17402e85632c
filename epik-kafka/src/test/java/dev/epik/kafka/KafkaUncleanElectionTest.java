// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.kafka.FakeAccounts.Answer;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaCluster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica that was not in sync becomes the leader, so that offsets are given anew. */
@Tag("full")
@Timeout(300)
class KafkaUncleanElectionTest {
    private static final String OTHER = "549755885176";

    @Test
    void newEventsAtOffsetsThatWereSettledBeforeAreSent() throws Exception {
        try (FakeAccounts pinterest = new FakeAccounts();
                KafkaCluster cluster = KafkaBroker.startCluster(3)) {
            KafkaRig rig = new KafkaRig(cluster.bootstrap(), pinterest.uri());
            create(cluster, rig.topic);
            pinterest.behave(OTHER, ids -> Answer.retryAfter(50)); // so its event is not settled
            Set<String> held;
            Set<String> settled;
            try (KafkaWorkerUnderTest worker = rig.worker(1)) {
                held = Set.copyOf(KafkaRig.store(worker.store, OTHER, "held", 1));
                Await.until(() -> pinterest.requests(OTHER) > 0);
                cluster.broker(2).kill();
                settled = Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "settled", 100));
                pinterest.awaitAccepted(settled);
                Await.until(() -> worker.store
                                .deliveryOutbox()
                                .orElseThrow()
                                .find(event -> true)
                                .size()
                        == 1);
            }
            cluster.broker(1).kill();
            cluster.broker(2).restart();
            Await.until(() -> cluster.topics().leader(rig.topic, 0) == 2);
            assertEquals(1, cluster.topics().endOffsets(rig.topic).get(0), "the rest is lost");
            pinterest.behave(OTHER, ids -> Answer.OK);
            try (KafkaStore store = rig.store(1).build()) {
                Set<String> fresh = Set.copyOf(KafkaRig.store(store, ACCOUNT, "new", 100));
                cluster.broker(1).restart();
                try (KafkaWorkerUnderTest worker = rig.worker(1)) {
                    pinterest.awaitAccepted(fresh);
                    pinterest.awaitAccepted(held);
                    Await.until(() -> worker.store.unread() == 0);
                }
            }
            assertEquals(0, pinterest.repeats());
        }
    }

    /** Leaves the events on the brokers 1 and 2, one of which is enough. */
    private static void create(KafkaCluster cluster, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(1, 2)))
                            .configs(Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true"))))
                    .all()
                    .get();
        }
        Await.until(() -> cluster.topics().leader(topic, 0) == 1);
        for (String other : List.of("-retry", "-retry-later", "-dead")) {
            cluster.topics().create(topic + other, 1);
        }
    }
}
