// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real broker whose clients need TLS, a user with a password (SCRAM-SHA-512) and ACLs. The test itself uses a second
 * listener without them, {@link #topics()}. Its certificate is {@link TestCertificate}. Not thread-safe.
 */
public final class SecureKafkaBroker implements AutoCloseable {
    private static final int ITERATIONS = 4096;
    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_512;

    private final KafkaBroker broker;
    private final String bootstrap;

    private SecureKafkaBroker(KafkaBroker broker, String bootstrap) {
        this.broker = broker;
        this.bootstrap = bootstrap;
    }

    /** Starts a broker. Returns when it accepts requests. */
    public static SecureKafkaBroker start() throws Exception {
        String address = "127.0.0.1:" + FreePorts.next();
        return new SecureKafkaBroker(KafkaBroker.start(Map.of(), all -> secure(all, address)), address);
    }

    private static void secure(Map<String, String> all, String address) {
        all.merge("listeners", ",CLIENT://" + address, String::concat);
        all.merge("advertised.listeners", ",CLIENT://" + address, String::concat);
        all.merge("listener.security.protocol.map", ",CLIENT:SASL_SSL", String::concat);
        all.put("listener.name.client.sasl.enabled.mechanisms", MECHANISM.mechanismName());
        all.put(
                "listener.name.client." + MECHANISM.mechanismName().toLowerCase(java.util.Locale.ROOT)
                        + ".sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        all.put("ssl.keystore.location", TestCertificate.FILE.toString());
        all.put("ssl.keystore.password", TestCertificate.PASSWORD);
        all.put("ssl.key.password", TestCertificate.PASSWORD);
        all.put("ssl.keystore.type", "PKCS12");
        all.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        all.put("super.users", "User:ANONYMOUS"); // the test and the broker itself
    }

    /** Returns the value of {@code bootstrap.servers} of the listener with TLS and users. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Returns a way to create and read topics without a user. */
    public KafkaTopics topics() {
        return broker.topics();
    }

    /** Returns the properties of a client of a user. */
    public static Map<String, String> client(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                MECHANISM.mechanismName(),
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + password + "\";",
                "ssl.truststore.location",
                TestCertificate.FILE.toString(),
                "ssl.truststore.password",
                TestCertificate.PASSWORD,
                "ssl.truststore.type",
                "PKCS12");
    }

    /** Adds a user without rights. */
    public void addUser(String user, String password) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(MECHANISM, ITERATIONS), password)))
                    .all()
                    .get();
        }
    }

    /** Gives a user a right to topics. */
    public void allow(String user, AclOperation operation, Collection<String> topics)
            throws ExecutionException, InterruptedException {
        for (String topic : topics) {
            allow(user, operation, ResourceType.TOPIC, topic);
        }
    }

    /** Gives a user a right. */
    public void allow(String user, AclOperation operation, ResourceType type, String name)
            throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            List<AclBinding> acls = new ArrayList<>();
            acls.add(new AclBinding(
                    new ResourcePattern(type, name, PatternType.LITERAL),
                    new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
            admin.createAcls(acls).all().get();
        }
    }

    /** Takes all rights of all users away. */
    public void allowNothing() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    @Override
    public void close() {
        broker.close();
    }
}
