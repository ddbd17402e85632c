// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.table.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shop in a separate process, on an outbox file or a database. It prints a line for each event after it was reported
 * as stored, and for each {@link CrashPoint}. At a chosen step it waits. The test's process starts it, lets it
 * continue, and kills it.
 */
final class OutboxProcess implements AutoCloseable {
    static final String ACCOUNT = "549755885175";
    static final String TOKEN = "a-token";
    private static final int THREADS = 4;
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private static final CountDownLatch GO = new CountDownLatch(1);
    private static volatile boolean finish;

    private final Process process;
    private final BufferedReader lines;

    private OutboxProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * The task of a process.
     *
     * @param store a file, or a URL of JDBC
     * @param later how far the store's time is beyond the real one
     * @param stopAt a {@link CrashPoint} and which time it comes, such as STORED:3
     * @param events how many to submit on each thread
     */
    record Order(String store, URI api, Duration later, String stopAt, String prefix, int events) {
        String[] words() {
            return new String[] {store, api.toString(), later.toString(), stopAt, prefix, Integer.toString(events)};
        }
    }

    static OutboxProcess start(Order order) throws IOException {
        return start(List.of(), order.words());
    }

    /** @param wrapper a program that starts it, such as strace */
    static OutboxProcess start(List<String> wrapper, String... arguments) throws IOException {
        return start(OutboxProcess.class, wrapper, arguments);
    }

    /** @param program has the main method of the process */
    static OutboxProcess start(Class<?> program, List<String> wrapper, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new OutboxProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns the next line; null after the process has ended. */
    @Nullable
    String line() throws IOException {
        return lines.readLine();
    }

    String awaitLine(String beginning) throws IOException {
        return awaitLine(beginning, line -> {});
    }

    String awaitLine(String beginning, Consumer<String> heard) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            heard.accept(line);
            said.append(line).append('\n');
        }
        throw new AssertionError("the process ended without \"" + beginning + "\", it said:\n" + said);
    }

    /** Kills it as the kernel does when memory runs out: no shutdown hook, no flush. Its output can still be read. */
    void kill() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor();
        awaitEnd();
    }

    /** Continues after a stop. */
    void go() throws IOException {
        tell('g');
    }

    /** Ends it regularly, even if events wait. */
    void finish() throws IOException {
        tell('q');
    }

    private void tell(char word) throws IOException {
        process.getOutputStream().write(word);
        process.getOutputStream().flush();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end");
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    // --- the process

    public static void main(String[] arguments) throws Exception {
        Thread listener = new Thread(OutboxProcess::listen);
        listener.setDaemon(true);
        listener.start();
        Order order = new Order(
                arguments[0],
                URI.create(arguments[1]),
                Duration.parse(arguments[2]),
                arguments[3],
                arguments[4],
                Integer.parseInt(arguments[5]));
        Map<CrashPoint, Integer> times = new ConcurrentHashMap<>();
        try (Outbox outbox = open(order, step -> {
                    say("STEP " + step);
                    if (order.stopAt.equals(step + ":" + times.merge(step, 1, Integer::sum))) {
                        say("STOPPED");
                        awaitCommand();
                    }
                });
                EpikClient epik = client(order, outbox)) {
            say("OPEN");
            shop(order, epik);
            say("DONE");
            while (!finish && epik.stats().waiting() > 0) {
                TimeUnit.MILLISECONDS.sleep(5); // in another process: only its end is waited for
            }
            say("DEAD " + epik.stats().dead());
        } catch (EpikException e) {
            say("REFUSED " + e.getMessage());
        }
    }

    private static Outbox open(Order order, CrashPoint.Listener steps) {
        if (!order.store.startsWith("jdbc:")) {
            return SqliteOutbox.builder(Path.of(order.store))
                    .clock(Clock.offset(Clock.systemUTC(), order.later))
                    .crashPoints(steps)
                    .open();
        }
        return JdbcOutbox.builder(ShiftedDatabaseClock.of(Databases.of(order.store), () -> order.later))
                .processClock(ShiftedDatabaseClock.ofProcess(() -> order.later))
                .crashPoints(steps)
                .open();
    }

    private static EpikClient client(Order order, Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), outbox)
                .baseUrl(order.api)
                .linger(Duration.ZERO)
                .listener((event, outcome) ->
                        say("SETTLED " + event.id() + " " + outcome.getClass().getSimpleName()))
                .open();
    }

    private static void shop(Order order, EpikClient epik) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int n = next.getAndIncrement(); n < order.events * THREADS; n = next.getAndIncrement()) {
                    String id = order.prefix + "-" + n;
                    SubmitResult answer = epik.submit(
                            ConversionEvent.checkout(id).visit(VISIT).build());
                    say((answer instanceof SubmitResult.Stored ? "STORED " : "NOT STORED ") + id);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Executes commands until the process of the test ends. */
    static void listen() {
        try {
            for (int word = System.in.read(); word >= 0; word = System.in.read()) {
                finish = word == 'q';
                GO.countDown();
            }
        } catch (IOException ignored) {
            // it has ended
        }
        Runtime.getRuntime().halt(1);
    }

    static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitCommand() {
        try {
            GO.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
