// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.JdbcTokenStore;
import dev.epik.capi.oauth.OAuthApp;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.testing.ChildJvm;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Rollouts: pods of an old and a new release are processes that share one PostgreSQL, while buyers order without a
 * break. The events that a killed or frozen pod was sending are under its lease for 3 minutes. So each test takes
 * longer.
 *
 * <p>The old release is that of {@code -Depik.previous=DIRECTORY}, which has its jars ({@code .ci/previous}). Without
 * the property it is the same as the new one.
 */
@Tag("full")
@Timeout(900)
@EnabledIfSystemProperty(named = "epik.boot", matches = "4\\.1.*|41")
class RolloutTest {
    private static final int BUYERS = 4;
    private static final Duration BUSY = Duration.ofMillis(80);
    private static final Duration QUIET = Duration.ofMillis(1500);
    private static final Duration MAX_DELIVERY = Duration.ofMinutes(6);
    private static final String UNAUTHORIZED = "Pinterest answered 401";
    private static final String REDIRECT = "https://shop.example/connected";

    /** The parts of Epik that the starter's application has. */
    private static final List<String> MODULES = List.of("epik-filter", "epik-capi", "epik-spring-boot-starter");

    private final List<Pod> pods = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void killPods() {
        pods.forEach(Pod::close);
    }

    private Pod start(String classPath, String database, FakePinterest pinterest, String... settings)
            throws IOException {
        Pod pod = Pod.start(classPath, database, pinterest.uri(), settings);
        pods.add(pod);
        return pod;
    }

    /** Returns the class path of a shop with the previous release. */
    private static String previous() throws IOException {
        String jars = System.getProperty("epik.previous", "");
        if (jars.isEmpty()) {
            System.out.println("EPIK: the rollout is tested with this release only; -Depik.previous=DIRECTORY names"
                    + " the jars of the previous one");
            return ChildJvm.classPath();
        }
        try (Stream<Path> files = Files.list(Path.of(jars))) {
            Stream<String> others = Arrays.stream(ChildJvm.classPath().split(File.pathSeparator, -1))
                    .filter(entry -> MODULES.stream()
                            .noneMatch(module ->
                                    entry.matches(".*/" + module + "/target/(classes|" + module + "-[^/]*\\.jar)/?")));
            return Stream.concat(files.map(Path::toString), others).collect(Collectors.joining(File.pathSeparator));
        }
    }

    /**
     * Three old pods are replaced one after the other: SIGTERM, SIGKILL while requests of it are in flight, SIGTERM.
     * All pods share one OAuth grant, whose refresh token works once.
     */
    @Test
    void aRolloutUnderLoadLosesNoSaleCountsEachOnceAndKeepsTheOAuthGrant() throws Exception {
        String database = Postgres.newDatabase();
        createOrders(database);
        String oldRelease = previous();
        try (FakePinterest pinterest = FakePinterest.builder("549755885175", "unused")
                .oauth("1234567", "a-secret")
                .start()) {
            pinterest.tokenEndpoint().accessTokenLifetime(Duration.ofSeconds(90)); // renewed every 60 s
            connect(database, pinterest);
            String[] settings = {"--epik.oauth.client-id=1234567", "--epik.oauth.client-secret=a-secret"};
            List<Pod> old = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                old.add(start(oldRelease, database, pinterest, settings)); // all create the tables at once
            }
            for (Pod pod : old) {
                pod.awaitReady();
            }
            Set<String> sentByTheKilled;
            try (Buyers buyers = new Buyers(BUYERS, BUSY, old)) {
                buyers.awaitAcknowledged(200);
                replace(buyers, start(ChildJvm.classPath(), database, pinterest, settings), old.get(0));

                Pod second = start(ChildJvm.classPath(), database, pinterest, settings)
                        .awaitReady();
                buyers.add(second);
                awaitRequestsInFlight(pinterest, 4);
                old.get(1).kill();
                buyers.remove(old.get(1));
                pinterest.respondNormally();
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 100);

                replace(buyers, start(ChildJvm.classPath(), database, pinterest, settings), old.get(2));
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 100);
                buyers.pause(QUIET);
                sentByTheKilled = awaitOnlyLeased(database, buyers);
                awaitDelivered(database, pinterest, buyers.acknowledged());
                buyers.finish();
                awaitDelivered(database, pinterest, buyers.acknowledged());
                assertDelivery("a rollout", pinterest, buyers, sentByTheKilled);
            }
            int renewals = pinterest.tokenEndpoint().requests() - 1;
            System.out.println("EPIK: " + renewals + " renewals of the grant, shared by up to 4 pods");
            assertTrue(renewals >= 2, () -> renewals + " renewals");
            assertEquals(pinterest.tokenEndpoint().newestAccessToken(), storedToken(database));
            assertNoPodLogged("Connect again");
        }
    }

    /**
     * An old pod is frozen while requests of it are in flight, and continues after others have sent its events.
     * Meanwhile PostgreSQL restarts, and the token file is replaced: once before Pinterest revokes the token, once
     * after that.
     */
    @Test
    void aFrozenPodARestartedDatabaseAndAReplacedTokenLoseNoSale() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EmbeddedPostgres server = serve(port);
        String database = server.getJdbcUrl("postgres", "postgres");
        createOrders(database);
        String oldRelease = previous();
        SecretVolume secret = new SecretVolume(directory.resolve("pinterest"), "token");
        try (FakePinterest pinterest = FakePinterest.builder("549755885175", "a-token")
                .oauth("1234567", "a-secret")
                .start()) {
            secret.put(newToken(pinterest));
            String[] settings = {"--epik.access-token-file=" + secret.file()};
            Pod frozen = start(oldRelease, database, pinterest, settings);
            Pod other = start(oldRelease, database, pinterest, settings);
            List<Pod> old = List.of(frozen.awaitReady(), other.awaitReady());
            try (Buyers buyers = new Buyers(BUYERS, BUSY, old)) {
                buyers.awaitAcknowledged(200);
                buyers.add(start(ChildJvm.classPath(), database, pinterest, settings)
                        .awaitReady());
                awaitRequestsInFlight(pinterest, 3);
                frozen.freeze();
                pinterest.respondNormally();
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 10); // some requests wait for the frozen pod
                buyers.remove(frozen);

                server.close();
                server = serve(port);
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 100);
                assertNoPodLogged(UNAUTHORIZED);

                secret.put("a-token");
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 50);
                pinterest.tokenEndpoint().revokeAccessTokens();
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 50);
                assertNoPodLogged(UNAUTHORIZED); // the new token has been in use

                secret.put(newToken(pinterest));
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 50);
                pinterest.tokenEndpoint().revokeAccessTokens();
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 50);
                secret.put("a-token");

                replace(buyers, start(ChildJvm.classPath(), database, pinterest, settings), other);
                buyers.pause(QUIET);
                Set<String> sentByTheFrozen = awaitOnlyLeased(database, buyers);
                awaitDelivered(database, pinterest, buyers.acknowledged());
                frozen.thaw();
                buyers.add(frozen);
                buyers.pause(BUSY);
                buyers.awaitAcknowledged(buyers.acknowledged().size() + 50);
                frozen.terminate();
                frozen.awaitEnd();
                buyers.remove(frozen);
                buyers.finish();
                awaitDelivered(database, pinterest, buyers.acknowledged());
                assertDelivery("frozen pod, restarted database, replaced token", pinterest, buyers, sentByTheFrozen);
            }
        } finally {
            server.close();
        }
    }

    private EmbeddedPostgres serve(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    /** Returns a token that Pinterest may revoke. */
    private String newToken(FakePinterest pinterest) throws Exception {
        try (OAuthTokens tokens = OAuthTokens.builder(
                        new OAuthApp("1234567", "a-secret"), FileTokenStore.of(directory.resolve("grant")))
                .baseUrl(pinterest.uri())
                .open()) {
            String code = pinterest.tokenEndpoint().authorizationCode(REDIRECT);
            assertInstanceOf(AccessToken.class, tokens.connect(code, REDIRECT));
            return pinterest.tokenEndpoint().newestAccessToken();
        }
    }

    /** Starts the new pod, waits until it is ready, and ends an old one by SIGTERM while it still gets requests. */
    private static void replace(Buyers buyers, Pod added, Pod ended) throws Exception {
        buyers.add(added.awaitReady());
        ended.terminate();
        ended.awaitEnd();
        buyers.remove(ended);
    }

    /** Makes Pinterest slow, and waits until each pod awaits an answer: a pod sends one request at a time. */
    private static void awaitRequestsInFlight(FakePinterest pinterest, int pods) throws InterruptedException {
        pinterest.delayResponses(Duration.ofSeconds(20));
        int before = pinterest.requests();
        while (pinterest.requests() < before + pods) {
            Thread.sleep(10);
        }
    }

    /** Waits until only events under the lease of a dead pod are left: two reads, some seconds apart, have them. */
    private static Set<String> awaitOnlyLeased(String database, Buyers buyers) throws Exception {
        Set<String> first = Postgres.waiting(database);
        while (true) {
            Thread.sleep(4000);
            Set<String> second = Postgres.waiting(database);
            first.retainAll(second);
            if (!first.isEmpty() && second.size() < first.size() + BUYERS * 4) {
                return first;
            }
            assertTrue(buyers.acknowledged().size() > 0 && !second.isEmpty(), "no event was being sent at the kill");
            first = second;
        }
    }

    private static void awaitDelivered(String database, FakePinterest pinterest, Set<String> acknowledged)
            throws Exception {
        Set<String> expected = new TreeSet<>(acknowledged);
        long end = System.nanoTime() + MAX_DELIVERY.toNanos();
        while (System.nanoTime() < end) {
            Set<String> waiting = Postgres.waiting(database);
            waiting.retainAll(expected);
            if (waiting.isEmpty()) {
                return;
            }
            Thread.sleep(500);
        }
        throw new AssertionError("not sent: " + Postgres.waiting(database) + ", received: "
                + pinterest.received().size());
    }

    /** Asserts that each acknowledged sale counts once, and that only a dead or frozen pod caused repeats. */
    private static void assertDelivery(String what, FakePinterest pinterest, Buyers buyers, Set<String> mayRepeat) {
        List<ReceivedEvent> received = pinterest.received();
        assertTrue(received.size() < 10_000, "the fake has forgotten events");
        Map<String, List<ReceivedEvent>> byId = received.stream().collect(Collectors.groupingBy(ReceivedEvent::id));
        Set<String> lost = new TreeSet<>(buyers.acknowledged());
        lost.removeAll(byId.keySet());
        Set<String> repeated = new TreeSet<>();
        byId.forEach((id, sends) -> {
            assertEquals(1, sends.stream().filter(ReceivedEvent::counted).count(), id);
            if (sends.size() > 1) {
                repeated.add(id);
            }
        });
        System.out.println("EPIK: " + what + ": " + buyers.acknowledged().size() + " sales acknowledged, " + lost.size()
                + " lost, " + byId.size() + " event ids received, 0 counted twice, " + repeated.size()
                + " sent again with the same id, of " + mayRepeat.size() + " that a dead or frozen pod held; "
                + buyers.refused().size() + " requests refused and tried again");
        assertEquals(Set.of(), lost);
        repeated.removeAll(mayRepeat);
        assertEquals(Set.of(), repeated, "sent again although no pod that held it died");
    }

    private void assertNoPodLogged(String text) {
        List<String> lines = pods.stream()
                .flatMap(pod -> pod.log().stream())
                .filter(line -> line.contains(text))
                .toList();
        assertEquals(List.of(), lines);
    }

    private static void connect(String database, FakePinterest pinterest) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database);
        JdbcTokenStore store = JdbcTokenStore.of(source, "epik");
        store.createTable();
        try (OAuthTokens tokens = OAuthTokens.builder(new OAuthApp("1234567", "a-secret"), store)
                .baseUrl(pinterest.uri())
                .open()) {
            String code = pinterest.tokenEndpoint().authorizationCode(REDIRECT);
            assertInstanceOf(AccessToken.class, tokens.connect(code, REDIRECT));
        }
    }

    /** Creates the shop's own table: two pods cannot create one at once. */
    private static void createOrders(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (number text PRIMARY KEY)");
        }
    }

    private static String storedToken(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT access_token FROM epik_oauth_grant")) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }
}
