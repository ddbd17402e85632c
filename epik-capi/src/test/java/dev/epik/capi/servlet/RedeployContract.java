// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.epik.testing.Await;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redeploys a shop while it sells. The test of a container is a small subclass. */
@Timeout(300)
abstract class RedeployContract {
    private static final int REDEPLOYS = 4;
    private static final int SHOPPERS = 3;
    private static final Duration COLLECTED = Duration.ofSeconds(150);
    private static final Pattern EVENT_ID = Pattern.compile("\"event_id\":\"([^\"]+)\"");

    @TempDir
    Path temp;

    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    private final Set<String> stored = ConcurrentHashMap.newKeySet();
    private final Queue<String> otherAnswers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger orders = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final FakePinterest pinterest;
    private volatile boolean shoppersMustEnd;

    RedeployContract() {
        try {
            pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A running servlet container, with at most one application at its root. */
    interface ServletContainer extends AutoCloseable {
        int port();

        /** Deploys the WAR and returns the application's own class loader. */
        ClassLoader deploy(Path war) throws Exception;

        void undeploy() throws Exception;

        @Override
        void close();
    }

    abstract ServletContainer start(Path directory) throws Exception;

    /**
     * Starts what the JDK starts once in a process, so that no tested application does it. One is the "process reaper"
     * (sqlite-jdbc runs a program), which on JDK 17 keeps the class loader of the first user for a minute. The other is
     * the search for drivers, which other tests rely on.
     */
    @BeforeAll
    static void beFirst() throws Exception {
        new ProcessBuilder("uname").start().waitFor();
        DriverManager.drivers().forEach(driver -> {});
    }

    @BeforeEach
    void recordArrivedEvents() {
        pinterest.onRequest(body -> {
            Matcher id = EVENT_ID.matcher(body);
            while (id.find()) {
                arrived.add(id.group(1));
            }
        });
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    @Test
    void aRedeployUnderLoadLosesNoEventAndKeepsNoClassLoader() throws Exception {
        Path war = ShopWar.build(temp.resolve("war"), pinterest.uri().toString());
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (ServletContainer container = start(temp)) {
            loaders.add(deploy(container, war, collected));
            List<Thread> shoppers = startShoppers(container.port());
            for (int i = 0; i < REDEPLOYS; i++) {
                sell(100);
                container.undeploy();
                loaders.add(deploy(container, war, collected));
            }
            sell(100);
            shoppersMustEnd = true;
            for (Thread shopper : shoppers) {
                shopper.join();
            }
            container.undeploy();
            assertEquals(List.of(), List.copyOf(otherAnswers));
            Set<String> lost = new HashSet<>(stored);
            lost.removeAll(arrived);
            assertEquals(Set.of(), lost);
            long undeployed = System.nanoTime();
            long left = waitUntilCollected(loaders, collected);
            long seconds = (System.nanoTime() - undeployed) / 1_000_000_000;
            System.out.printf(
                    "EPIK: redeploy on %s, Java %d: %d times under load, %d sales stored, %d lost, %d unanswered;"
                            + " class loaders left after %d s: %d of %d%n",
                    getClass().getSimpleName().replace("RedeployTest", ""),
                    Runtime.version().feature(),
                    REDEPLOYS,
                    stored.size(),
                    lost.size(),
                    unanswered.get(),
                    seconds,
                    left,
                    loaders.size());
            assertEquals(0, left);
        }
    }

    @Test
    void aShopWhoseClientCannotBeOpenedIsServed() throws Exception {
        try (ServletContainer container = start(temp)) {
            container.deploy(ShopWar.build(temp.resolve("war"), ""));
            assertEquals(
                    "Epik could not be opened. The context-param api is empty: give it the API's address",
                    checkout(container.port(), "1001"));
            container.undeploy();
        }
    }

    private static WeakReference<ClassLoader> deploy(
            ServletContainer container, Path war, ReferenceQueue<ClassLoader> collected) throws Exception {
        ClassLoader loader = container.deploy(war);
        assertNotSame(
                EpikContextListener.class,
                loader.loadClass(EpikContextListener.class.getName()),
                "the WAR has its own");
        return new WeakReference<>(loader, collected);
    }

    private List<Thread> startShoppers(int port) {
        List<Thread> shoppers = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) {
            Thread shopper = new Thread(() -> shop(port), "shopper");
            shoppers.add(shopper);
            shopper.start();
        }
        return shoppers;
    }

    private void shop(int port) {
        while (!shoppersMustEnd) {
            String order = "order-" + orders.incrementAndGet();
            try {
                String answer = checkout(port, order);
                if (answer.equals("Stored")) {
                    stored.add(order);
                } else if (answer.equals("404") || answer.equals("503")) {
                    unanswered.incrementAndGet();
                } else if (!answer.contains("before the application stops")) {
                    otherAnswers.add(answer);
                }
            } catch (IOException e) {
                otherAnswers.add(e.toString());
            }
        }
    }

    /** Returns the answer of the shop, or only its status if that is not 200. */
    private static String checkout(int port, String order) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/checkout?order=" + order);
        HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection();
        request.setRequestProperty("User-Agent", "Mozilla/5.0");
        request.setRequestProperty("Connection", "close"); // one that stays open keeps Jetty's last application
        request.setReadTimeout(60_000);
        if (request.getResponseCode() != 200) {
            return "" + request.getResponseCode();
        }
        try (InputStream in = request.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void sell(int more) {
        int goal = stored.size() + more;
        Await.until(() -> stored.size() >= goal || !otherAnswers.isEmpty());
    }

    private static long waitUntilCollected(
            List<WeakReference<ClassLoader>> loaders, ReferenceQueue<ClassLoader> collected)
            throws InterruptedException {
        long deadline = System.nanoTime() + COLLECTED.toNanos();
        while (left(loaders) > 0 && System.nanoTime() < deadline) {
            System.gc();
            collected.remove(200); // wakes at the next one
        }
        return left(loaders);
    }

    private static long left(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }
}
