// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.TickingClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that random operations have the same results on a {@link MemoryOutbox} and a {@link SqliteOutbox}. The order of
 * events with equal times is not specified, so web events have distinct times here, and all events of the other kinds
 * are claimed at once.
 */
@Timeout(120)
class OutboxDifferentialTest {
    private static final int OPERATIONS = 1500;
    private static final List<String> ACCOUNTS = List.of("1", "2");
    private static final List<ClaimKind> KINDS = List.of(ClaimKind.values());
    private static final List<String> REASONS = List.of("", "500", "403");

    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    private final TickingClock clock = new TickingClock(START);
    private final List<Pair> batches = new ArrayList<>();
    private Random random = new Random(0);
    private Outbox memory = MemoryOutbox.ofCapacity(1);
    private Outbox sqlite = memory;
    private int events;

    @TempDir
    private Path directory;

    /** The same batch of both outboxes. */
    private record Pair(Batch ofMemory, Batch ofSqlite) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bothOutboxesGiveTheSameResults(long seed) {
        random = new Random(seed);
        memory = MemoryOutbox.ofCapacity(100_000, clock);
        try (SqliteOutbox file = SqliteOutbox.builder(directory.resolve("outbox.db"))
                .clock(clock)
                .open()) {
            sqlite = file;
            for (int i = 0; i < OPERATIONS; i++) {
                clock.tick(Duration.ofMillis(1 + random.nextInt(20_000)));
                operate();
                assertSame("after operation " + i + " of seed " + seed);
            }
        }
    }

    private void operate() {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> add();
            case 4, 5, 6 -> claim();
            case 7, 8, 9 -> settle();
            case 10 -> extend();
            case 11 -> pauseOrResume();
            case 12 -> clock.tick(Duration.ofMinutes(random.nextInt(90)));
            default -> changeDeadLettersOrSuspects();
        }
    }

    private String account() {
        return ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
    }

    private void add() {
        boolean isNew = random.nextInt(5) > 0;
        String id = "" + (isNew ? events++ : random.nextInt(events + 1));
        Instant happened = START.plusMillis(random.nextInt(30_000) * 2_000L + events); // distinct times
        StoredEvent event = new StoredEvent(account(), "checkout", id, "{}", happened, random.nextInt(3) == 0);
        same(outbox -> outbox.add(event).join());
    }

    private void claim() {
        String account = account();
        ClaimKind kind = KINDS.get(random.nextInt(KINDS.size()));
        int max = kind == ClaimKind.ONLINE ? 1 + random.nextInt(5) : OPERATIONS;
        Duration lease = Duration.ofSeconds(30 + random.nextInt(200));
        Optional<Batch> one = memory.claim(account, kind, max, 1 << 20, lease);
        Optional<Batch> other = sqlite.claim(account, kind, max, 1 << 20, lease);
        if (kind != ClaimKind.ONLINE) {
            one = one.map(OutboxDifferentialTest::sorted);
            other = other.map(OutboxDifferentialTest::sorted);
        }
        assertEquals(describe(one), describe(other));
        if (one.isPresent()) {
            batches.add(new Pair(one.get(), other.orElseThrow()));
        }
    }

    private static Batch sorted(Batch batch) {
        return new Batch(
                batch.lease(),
                batch.claimed().stream()
                        .sorted(Comparator.comparing(claimed -> claimed.event().id()))
                        .toList());
    }

    private static List<String> describe(Optional<Batch> batch) {
        return batch.stream()
                .flatMap(present -> present.claimed().stream())
                .map(claimed -> claimed.event().id() + " " + claimed.redriven() + " " + claimed.history())
                .toList();
    }

    /** Settles some or all events of one of the batches, which may have ended. */
    private void settle() {
        if (batches.isEmpty()) {
            return;
        }
        Pair pair = batches.get(random.nextInt(batches.size()));
        List<Settlement> one = new ArrayList<>();
        List<Settlement> other = new ArrayList<>();
        for (int i = 0; i < pair.ofMemory.claimed().size(); i++) {
            Batch.Claimed claimed = pair.ofMemory.claimed().get(i);
            Outcome outcome = switch (random.nextInt(4)) {
                case 0 -> new Outcome.Accepted("");
                case 1 -> new Outcome.Rejected("no");
                default -> new Outcome.Postponed("down");
            };
            Duration delay = Duration.ofSeconds(random.nextInt(300));
            DeliveryHistory history = random.nextBoolean()
                    ? claimed.history().withAttempt(random.nextBoolean())
                    : claimed.history()
                            .withFailureAlone(REASONS.get(random.nextInt(REASONS.size())), clock.instant())
                            .withBlame(clock.instant());
            one.add(new Settlement(claimed, outcome, delay, history));
            other.add(new Settlement(pair.ofSqlite.claimed().get(i), outcome, delay, history));
        }
        int settled = 1 + random.nextInt(one.size());
        assertEquals(
                memory.settle(pair.ofMemory, one.subList(0, settled)),
                sqlite.settle(pair.ofSqlite, other.subList(0, settled)));
    }

    private void extend() {
        if (!batches.isEmpty()) {
            Pair pair = batches.remove(random.nextInt(batches.size()));
            Duration lease = Duration.ofSeconds(random.nextInt(200));
            assertEquals(memory.extend(pair.ofMemory, lease), sqlite.extend(pair.ofSqlite, lease));
        }
    }

    private void pauseOrResume() {
        String account = account();
        Duration time = Duration.ofSeconds(random.nextInt(600));
        same(outbox -> {
            if (time.toSeconds() < 60) {
                outbox.resume(account);
            } else {
                outbox.pause(account, time, "for " + time);
            }
            return "";
        });
    }

    private void changeDeadLettersOrSuspects() {
        String account = account();
        String id = "" + random.nextInt(events + 1);
        switch (random.nextInt(5)) {
            case 0 -> same(outbox -> outbox.cancel(new StoredEvent.Key(account, "checkout", id)));
            case 1 ->
                same(outbox ->
                        outbox.redrive(account, new DeadLetter.Which.OfId(id), DeadLetter.Scope.INCLUDE_EXPIRED));
            case 2 -> same(outbox -> outbox.redrive(account, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
            case 3 -> same(outbox -> outbox.forget(Duration.ofHours(5), Duration.ofHours(9)));
            default -> same(outbox -> outbox.releaseSuspects(account, "500"));
        }
    }

    private void same(Function<Outbox, Object> operation) {
        assertEquals(operation.apply(memory), operation.apply(sqlite));
    }

    /** Returns the peek without the age of the first event, because several events may have equal times. */
    private static Peek withoutFirst(Peek peek) {
        return new Peek(peek.ready(), Optional.empty(), peek.nextReadyIn(), peek.nextSuspectIn(), peek.pause());
    }

    private void assertSame(String when) {
        for (String account : ACCOUNTS) {
            assertEquals(memory.backlog(account), sqlite.backlog(account), when);
            assertEquals(withoutFirst(memory.peek(account, 5)), withoutFirst(sqlite.peek(account, 5)), when);
            assertEquals(
                    memory.deadLetters(account, 99).size(),
                    sqlite.deadLetters(account, 99).size(),
                    when);
        }
        assertEquals(memory.dueAccounts(), sqlite.dueAccounts(), when);
        assertEquals(
                memory.deadLettersOlderThan(Duration.ofHours(1)),
                sqlite.deadLettersOlderThan(Duration.ofHours(1)),
                when);
    }
}
