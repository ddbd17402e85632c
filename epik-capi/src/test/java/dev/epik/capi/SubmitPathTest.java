// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testing.Await;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.Fault;
import dev.epik.testkit.FaultProxy;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that {@code submit} never waits for Pinterest, by what the thread of the checkout does and not by how long it
 * takes. In any state of the network, the thread calls only the outbox, once, and the JDK's flight recorder sees it use
 * no socket.
 */
@Timeout(60)
class SubmitPathTest {
    private static final String CHECKOUT = "checkout";

    @TempDir
    Path temp;

    /** The calls, with their threads. */
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();

    private enum Network {
        WELL,
        DOWN,
        STALLED,
        THROTTLING,
        FORBIDDING;

        void begin(FakePinterest pinterest, FaultProxy network) throws IOException {
            switch (this) {
                case WELL -> {}
                case DOWN -> network.refuseConnections();
                case STALLED -> network.failAlways(Fault.STALL_AFTER_REQUEST);
                case THROTTLING -> pinterest.alwaysRespondWith(FakeResponse.rateLimited(Duration.ofHours(1)));
                case FORBIDDING -> pinterest.alwaysRespondWith(FakeResponse.forbidden());
            }
        }

        /** Returns whether the sender has reached this state. */
        boolean isFelt(EpikClient epik, FaultProxy network) {
            return switch (this) {
                case WELL -> epik.stats().accepted() == 1;
                case STALLED -> network.stalledConnections() == 1;
                default -> !epik.stats().pauseReason().isEmpty();
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void submitCallsOnlyTheOutboxInAnyStateOfTheNetwork(Network state) throws Exception {
        Path file = temp.resolve("sockets.jfr");
        try (Recording recording = new Recording();
                FakePinterest pinterest =
                        FakePinterest.builder(ACCOUNT, "a-token").start();
                FaultProxy network = FaultProxy.start(pinterest.uri());
                EpikClient epik = open(network.uri())) {
            recording.enable("jdk.SocketRead").withThreshold(Duration.ZERO);
            recording.enable("jdk.SocketWrite").withThreshold(Duration.ZERO);
            recording.start();
            state.begin(pinterest, network);
            SubmitResult before = inTheCheckout(epik, "before");
            Await.until(() -> state.isFelt(epik, network));
            SubmitResult after = inTheCheckout(epik, "after");
            if (state == Network.STALLED) {
                assertEquals(1, network.stalledConnections(), "the exchange that submit did not wait for goes on");
            }
            recording.stop();
            recording.dump(file);
            network.forwardNormally(); // otherwise closing waits for the stalled request

            assertInstanceOf(SubmitResult.Stored.class, before);
            assertInstanceOf(SubmitResult.Stored.class, after);
        }
        assertEquals(List.of("outbox add before", "outbox add after"), calledBy(CHECKOUT));
        assertTrue(calls.stream().anyMatch(call -> call.endsWith("token")), calls::toString);
        assertTrue(calls.stream().anyMatch(call -> call.endsWith("request")), calls::toString);
        List<RecordedEvent> sockets = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("jdk.Socket"))
                .toList();
        assertEquals(0, sockets.stream().filter(SubmitPathTest::isOfTheCheckout).count());
        assertTrue(state == Network.DOWN || !sockets.isEmpty(), "the recorder saw no socket at all");
        System.out.printf(
                "EPIK: submit, network %-10s: 2 calls of the outbox, 0 uses of a socket (other threads': %d)%n",
                state, sockets.size());
    }

    private static boolean isOfTheCheckout(RecordedEvent event) {
        return CHECKOUT.equals(event.getThread().getJavaName());
    }

    private List<String> calledBy(String thread) {
        return calls.stream()
                .filter(call -> call.startsWith(thread + ": "))
                .map(call -> call.substring(thread.length() + 2))
                .toList();
    }

    private void called(String what) {
        calls.add(Thread.currentThread().getName() + ": " + what);
    }

    private static SubmitResult inTheCheckout(EpikClient epik, String number) throws Exception {
        List<SubmitResult> answer = new ArrayList<>();
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId("dj0y")
                .withIp("192.0.2.7")
                .withUserAgent("Mozilla/5.0");
        Thread checkout = new Thread(
                () -> answer.add(epik.submit(
                        ConversionEvent.checkout(number).visit(visit).build())),
                CHECKOUT);
        checkout.start();
        checkout.join(30_000);
        assertFalse(checkout.isAlive(), "submit has not returned");
        return answer.get(0);
    }

    private EpikClient open(URI api) {
        HttpClient http = HttpClient.newBuilder()
                .proxy(new ProxySelector() {
                    @Override
                    public List<Proxy> select(URI uri) {
                        called("request");
                        return List.of(Proxy.NO_PROXY);
                    }

                    @Override
                    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
                })
                .build();
        TokenSource tokens = new TokenSource() {
            @Override
            public TokenResult token() {
                called("token");
                return AccessToken.of("a-token");
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                return refused;
            }
        };
        ForwardingOutbox outbox = new ForwardingOutbox(MemoryOutbox.ofCapacity(10)) {
            @Override
            public CompletableFuture<Added> add(StoredEvent event) {
                called("outbox add " + event.id());
                return super.add(event);
            }
        };
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, tokens), outbox)
                .baseUrl(api)
                .httpClient(() -> http)
                .linger(Duration.ZERO)
                .shutdownTimeout(Duration.ofMillis(200))
                .open();
    }
}
