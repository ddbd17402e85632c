// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.FakeAccounts.Answer;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import dev.epik.testing.SecureKafkaBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS, users and ACLs, on a real broker. The ACLs are those that docs/kafka.md names, and no others. */
@Timeout(180)
class KafkaSecurityTest {
    private static final String PASSWORD = "right-4711";
    private static final String WRONG = "wrong-0815";

    private static SecureKafkaBroker broker;
    private final FakeAccounts pinterest = fakeAccounts();
    private KafkaRig rig;
    private List<String> waiting;
    private List<String> dead;

    @BeforeEach
    void nameTopics() {
        rig = new KafkaRig(broker.bootstrap(), pinterest.uri());
        waiting = List.of(rig.topic, rig.topic + "-retry", rig.topic + "-retry-later");
        dead = List.of(rig.topic + "-dead");
    }

    private static FakeAccounts fakeAccounts() {
        try {
            return new FakeAccounts();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void startBroker() throws Exception {
        broker = SecureKafkaBroker.start();
        for (String user : List.of("shop", "worker", "nobody")) {
            broker.addUser(user, PASSWORD);
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws Exception {
        broker.allowNothing();
        waiting.forEach(each -> broker.topics().create(each, 2));
        broker.topics().create(dead.get(0), 1, Map.of("cleanup.policy", "compact"));
        broker.allow("shop", AclOperation.WRITE, waiting);
        broker.allow("worker", AclOperation.READ, waiting);
        broker.allow("worker", AclOperation.WRITE, waiting);
        broker.allow("worker", AclOperation.READ, dead);
        broker.allow("worker", AclOperation.WRITE, dead);
        broker.allow("worker", AclOperation.READ, ResourceType.GROUP, rig.topic);
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    private KafkaStore.Builder store(String user, String password) {
        return store(SecureKafkaBroker.client(user, password));
    }

    private KafkaStore.Builder store(Map<String, String> properties) {
        KafkaStore.Builder builder = KafkaStore.builder(broker.bootstrap()).topic(rig.topic);
        properties.forEach(builder::property);
        return builder;
    }

    private static void assertNoSecret(Throwable e) {
        StringWriter all = new StringWriter();
        e.printStackTrace(new PrintWriter(all));
        assertFalse(all.toString().contains(PASSWORD), all::toString);
        assertFalse(all.toString().contains(WRONG), all::toString);
    }

    @Test
    void programsAndWorkersNeedTheAclsOfTheDocumentationAndNoOthers() throws Exception {
        pinterest.behave(ACCOUNT, ids -> Answer.failing(Set.of("bad-0")));
        try (KafkaStore shop = store("shop", PASSWORD).build();
                KafkaStore events = store("worker", PASSWORD).deliver().build();
                KafkaWorkerUnderTest worker = new KafkaWorkerUnderTest(events, rig.client(events))) {
            KafkaRig.store(shop, ACCOUNT, "bad", 1);
            Set<String> good = Set.copyOf(KafkaRig.store(shop, ACCOUNT, "a", 100));
            shop.cancel(KafkaRig.event(ACCOUNT, "none").key());
            pinterest.awaitAccepted(good);
            Await.until(() -> {
                KafkaRig.store(shop, ACCOUNT, "more" + System.nanoTime(), 1);
                return worker.client.deadLetters(10).size() == 1;
            });
            pinterest.behave(ACCOUNT, ids -> Answer.OK);
            assertEquals(1, worker.client.redriveAll(DeadLetter.Scope.RECENT).events());
            pinterest.awaitAccepted(Set.of("bad-0"));
            Await.until(() -> worker.store.unread() == 0);
            broker.allow("shop", AclOperation.DESCRIBE, ResourceType.GROUP, rig.topic);
            Await.until(() -> unreadOrMinusOne(shop) == 0);
        }
        assertEquals(0, pinterest.repeats());
    }

    private static long unreadOrMinusOne(KafkaStore store) {
        try {
            return store.unread();
        } catch (OutboxException e) {
            assertTrue(e.getMessage().contains("DESCRIBE"), e.getMessage());
            return -1; // the ACL is not there yet
        }
    }

    @Test
    void aWrongPasswordIsRefusedWithTheSettingAndWithoutThePassword() {
        EpikException e = assertThrows(
                EpikException.class, () -> store("shop", WRONG).build().close());
        assertTrue(e.getMessage().contains("sasl.jaas.config"), e.getMessage());
        assertTrue(e.getMessage().contains(broker.bootstrap()), e.getMessage());
        assertNoSecret(e);
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefusedWithTheSetting() {
        Map<String, String> properties = new HashMap<>(SecureKafkaBroker.client("shop", PASSWORD));
        properties.keySet().removeIf(name -> name.startsWith("ssl."));
        EpikException e = assertThrows(
                EpikException.class, () -> store(properties).build().close());
        assertTrue(e.getMessage().contains("ssl.truststore"), e.getMessage());
        assertNoSecret(e);
    }

    @Test
    void aBrokenJaasConfigIsRefusedWithoutThePassword() {
        Map<String, String> properties = new HashMap<>(SecureKafkaBroker.client("shop", PASSWORD));
        properties.put("sasl.jaas.config", "Module required password=\"" + PASSWORD);
        EpikException e = assertThrows(
                EpikException.class, () -> store(properties).build().close());
        assertTrue(e.getMessage().contains("property"), e.getMessage());
        assertNoSecret(e);
    }

    @Test
    void aUserWithoutAclsIsRefusedWithTheAclsThatAreMissing() {
        EpikException e = assertThrows(
                EpikException.class, () -> store("nobody", PASSWORD).build().close());
        assertTrue(e.getMessage().contains("ACL"), e.getMessage());
        assertTrue(e.getMessage().contains("WRITE"), e.getMessage());
        assertNoSecret(e);
    }

    @Test
    void anEventOfAUserThatMayNotWriteFailsWithTheAclThatIsMissing() throws Exception {
        broker.allow("nobody", AclOperation.DESCRIBE, waiting);
        broker.allow("nobody", AclOperation.WRITE, waiting.subList(1, 3));
        assertMissingWrite(Duration.ofSeconds(50));
    }

    @Tag("full") // it fails at its deadline
    @Test
    void anEventOfAUserThatMayWriteToNoTopicFailsWithTheAclThatIsMissing() throws Exception {
        broker.allow("nobody", AclOperation.DESCRIBE, waiting);
        assertMissingWrite(Duration.ofSeconds(20));
    }

    private void assertMissingWrite(Duration deadline) {
        try (KafkaStore store = store("nobody", PASSWORD).build()) {
            OutboxException e = KafkaStoreTest.failure(store.add(KafkaRig.event(ACCOUNT, "a"), deadline));
            assertTrue(e.getMessage().contains("WRITE on the topics"), e.getMessage());
            assertFalse(e.isMaybeStored());
            assertNoSecret(e);
        }
    }

    @Test
    void aWorkerThatMayNotReadTheGroupLogsTheAclThatIsMissing() throws Exception {
        broker.allow("nobody", AclOperation.READ, waiting);
        broker.allow("nobody", AclOperation.WRITE, waiting);
        broker.allow("nobody", AclOperation.WRITE, dead);
        try (LogCapture log = LogCapture.ofPackage("dev.epik.kafka");
                KafkaStore events = store("nobody", PASSWORD).deliver().build();
                KafkaWorkerUnderTest worker = new KafkaWorkerUnderTest(events, rig.client(events))) {
            Await.until(() -> log.lines().stream()
                    .anyMatch(line -> line.startsWith("SEVERE") && line.contains("READ on the group")));
            assertFalse(worker.hasPartitions());
            broker.allow("nobody", AclOperation.READ, ResourceType.GROUP, rig.topic);
            Set<String> ids = Set.copyOf(KafkaRig.store(events, ACCOUNT, "a", 10));
            pinterest.awaitAccepted(ids);
        }
    }
}
