// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A small delivery engine that keeps the invariants in a simple way and is slow. It exists to test the simulation: with
 * a {@link Defect} switched on, the simulation must find it.
 */
final class SimpleEngine implements EngineUnderTest {
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(35);
    private static final Duration TOKEN_LIMIT = Duration.ofSeconds(10);
    private static final long SECOND = 1_000_000_000L;
    private static final ClaimKind[] KINDS = ClaimKind.values();

    /** A deliberate defect. */
    enum Defect {
        /** The outcome is forgotten if it cannot be written at once. */
        DROPS_UNWRITTEN_OUTCOMES,
        IGNORES_LEASE,
        LISTENER_ENDS_DELIVERY,
        STORE_ERROR_ENDS_DELIVERY,
        /** Claims again at once if nothing could be claimed. */
        BUSY_LOOP,
        REJECTS_AT_FIRST_BLAME,
        /** Rejects an event that was named as failed although no other event was accepted. */
        BELIEVES_ALL_FAILED,
        /** A request without an answer blocks the ad account without end. */
        WAITS_FOR_LOST_ANSWER,
        TWO_REQUESTS_AT_ONCE,
        FORGETS_MAYBE_COUNTED,
        /** Probes an outage with the same events each time, and many of them. */
        POISON_KEEPS_ITS_PLACE,
        NO_BACKOFF,
        MIXES_SUSPECTS
    }

    private final EnginePorts ports;
    private final Set<Defect> defects;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final Map<String, Account> accounts = new TreeMap<>();
    private long nextDiscovery;
    private boolean ended;

    SimpleEngine(EnginePorts ports, Set<Defect> defects) {
        this.ports = ports;
        this.defects = defects;
        this.nextDiscovery = ports.nanos().getAsLong();
    }

    private final class Account {
        final String id;
        long nextTry = ports.nanos().getAsLong();
        long unknownUntil = nextTry;
        int troubles;
        int maxEvents = ports.options().mode().maxEvents();
        int acceptedSinceBlame;
        int kind;
        boolean busy;
        long deadline;
        long round;

        @Nullable
        AccessToken token;

        @Nullable
        Batch batch;

        List<Settlement> unwritten = List.of();

        /** Results of events whose row was locked: they are settled when they can be claimed again. */
        final Map<StoredEvent.Key, Outcome> results = new HashMap<>();

        Account(String id) {
            this.id = id;
        }
    }

    @Override
    public void wake(String adAccountId, int events) {
        inbox.add(() -> {
            Account account = account(adAccountId);
            account.nextTry = Math.min(account.nextTry, ports.nanos().getAsLong() + SECOND);
        });
        ports.wakeUp().run();
    }

    @Override
    public void tryNow(String adAccountId) {
        wake(adAccountId, 1);
    }

    @Override
    public void drain() {}

    /** Gives no events back, as in a crash. */
    @Override
    public void close() {}

    @Override
    public boolean isDrained() {
        return false;
    }

    private Account account(String id) {
        return accounts.computeIfAbsent(id, Account::new);
    }

    private boolean has(Defect defect) {
        return defects.contains(defect);
    }

    // --- the loop

    @Override
    public long run() {
        if (ended) {
            return 3600 * SECOND;
        }
        takeAnswers();
        long now = ports.nanos().getAsLong();
        if (now - nextDiscovery >= 0) {
            nextDiscovery = now + 10 * SECOND;
            contained(this::discover);
        }
        long next = nextDiscovery;
        for (Account account : List.copyOf(accounts.values())) {
            takeAnswers();
            if (due(account) - ports.nanos().getAsLong() <= 0) {
                account.nextTry = ports.nanos().getAsLong() + (has(Defect.BUSY_LOOP) ? 0 : SECOND);
                contained(() -> step(account));
            }
            next = Math.min(next, due(account));
        }
        return Math.max(0, next - ports.nanos().getAsLong());
    }

    private void takeAnswers() {
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
            contained(task);
        }
    }

    private static long due(Account account) {
        return account.busy ? account.deadline : account.nextTry;
    }

    private void contained(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            ended |= has(Defect.STORE_ERROR_ENDS_DELIVERY);
        }
    }

    private void discover() {
        for (DueAccount due : ports.outbox().dueAccounts()) {
            account(due.adAccount());
        }
    }

    private void step(Account account) {
        if (account.busy) {
            account.busy = false;
            account.round++;
            lost(account);
        } else if (!account.unwritten.isEmpty()) {
            write(account, account.unwritten);
        } else if (account.batch != null) {
            lost(account);
        } else if (ports.outbox().peek(account.id, 1).pause().isPresent()) {
            account.nextTry = ports.nanos().getAsLong() + 5 * SECOND;
        } else {
            askForToken(account);
        }
    }

    /** Handles an answer or a token that did not arrive in time. */
    private void lost(Account account) {
        Batch batch = account.batch;
        if (batch != null) {
            onReply(account, batch, Reply.Pause.noAnswer("no answer"));
        }
    }

    private void begin(Account account, Duration limit) {
        account.busy = !has(Defect.TWO_REQUESTS_AT_ONCE) || account.batch == null;
        account.deadline =
                ports.nanos().getAsLong() + (has(Defect.WAITS_FOR_LOST_ANSWER) ? 1000_000 * SECOND : limit.toNanos());
    }

    // --- one request

    private void askForToken(Account account) {
        long now = ports.nanos().getAsLong();
        if (now < account.unknownUntil) {
            account.nextTry = account.unknownUntil;
            return;
        }
        Optional<AdAccount> known = ports.accounts().byId(account.id);
        if (known.isEmpty()) {
            account.unknownUntil = now + 60 * SECOND;
            account.nextTry = account.unknownUntil;
            return;
        }
        AccessToken old = account.token;
        begin(account, TOKEN_LIMIT);
        long round = ++account.round;
        CompletableFuture<TokenResult> asked;
        try {
            asked = account.troubles > 0 && old != null
                    ? ports.tokens().renewed(known.get(), old)
                    : ports.tokens().token(known.get());
        } catch (Throwable e) {
            account.busy = false;
            throw e;
        }
        CompletableFuture<TokenResult> unused = asked.whenComplete((answer, failure) -> {
            inbox.add(() -> {
                if (account.round == round) {
                    onToken(account, answer);
                }
            });
            ports.wakeUp().run();
        });
    }

    private void onToken(Account account, @Nullable TokenResult answer) {
        account.busy = false;
        if (answer instanceof AccessToken token) {
            account.token = token;
            claimAndSend(account, token);
        } else {
            account.nextTry = ports.nanos().getAsLong() + 30 * SECOND;
        }
    }

    private void claimAndSend(Account account, AccessToken token) {
        long before = ports.nanos().getAsLong();
        Instant wallBefore = ports.wall().get();
        Optional<Batch> claimed = claim(account);
        if (claimed.isEmpty()) {
            account.nextTry = ports.nanos().getAsLong() + (has(Defect.BUSY_LOOP) ? 0 : 10 * SECOND);
            return;
        }
        Batch batch = claimed.get();
        account.batch = batch;
        if (batch.events().stream().anyMatch(event -> account.results.containsKey(event.key()))) {
            write(account, withResults(account, batch));
            return;
        }
        Duration elapsed = Duration.ofNanos(ports.nanos().getAsLong() - before);
        Duration wall = Duration.between(wallBefore, ports.wall().get());
        Duration older = elapsed.compareTo(wall) > 0 ? elapsed : wall;
        boolean tooLate = older.plus(REQUEST_LIMIT).compareTo(LEASE) > 0;
        if (tooLate && !has(Defect.IGNORES_LEASE)) {
            write(account, postponed(batch, Duration.ZERO, false));
            return;
        }
        begin(account, REQUEST_LIMIT);
        long round = ++account.round;
        CompletableFuture<Reply> answer = ports.sender()
                .send(
                        account.id,
                        token,
                        batch.events().stream().map(event -> event.json()).toList());
        CompletableFuture<Reply> unused = answer.whenComplete((reply, failure) -> {
            inbox.add(() -> {
                if (account.round == round) {
                    account.busy = false;
                    onReply(account, batch, reply != null ? reply : noAnswer());
                }
            });
            ports.wakeUp().run();
        });
    }

    private List<Settlement> withResults(Account account, Batch batch) {
        List<Settlement> settlements = new ArrayList<>(postponed(batch, Duration.ZERO, false));
        settlements.replaceAll(settlement -> {
            Outcome result = account.results.get(settlement.event().key());
            return result == null ? settlement : Settlement.of(settlement.claimed(), result);
        });
        return settlements;
    }

    private static Reply noAnswer() {
        return Reply.Pause.noAnswer("no answer");
    }

    private Optional<Batch> claim(Account account) {
        for (int i = 0; i < KINDS.length; i++) {
            ClaimKind kind = KINDS[account.kind++ % KINDS.length];
            boolean alone = kind == ClaimKind.SUSPECT && !has(Defect.MIXES_SUSPECTS);
            int max = alone ? 1 : has(Defect.POISON_KEEPS_ITS_PLACE) ? 50 : account.maxEvents;
            Optional<Batch> batch = ports.outbox().claim(account.id, kind, max, 1 << 20, LEASE);
            if (batch.isPresent()) {
                return batch;
            }
        }
        return Optional.empty();
    }

    // --- meaning of an answer

    private void onReply(Account account, Batch batch, Reply reply) {
        if (reply instanceof Reply.Settled settled) {
            onResults(account, batch, settled.outcomes());
        } else if (reply instanceof Reply.Undecided && batch.claimed().size() > 1) {
            account.maxEvents = Math.max(1, batch.claimed().size() / 2);
            write(account, postponed(batch, Duration.ofSeconds(1), false));
        } else if (reply instanceof Reply.Undecided undecided) {
            onBlame(account, batch, undecided);
        } else if (reply instanceof Reply.Pause pause) {
            onTrouble(account, batch, pause);
        }
    }

    private void onResults(Account account, Batch batch, List<Outcome> outcomes) {
        boolean anyAccepted = outcomes.stream().anyMatch(Outcome.Accepted.class::isInstance);
        if (anyAccepted) {
            account.troubles = 0;
            account.acceptedSinceBlame++;
            account.maxEvents = ports.options().mode().maxEvents();
        }
        List<Settlement> settlements = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Batch.Claimed claimed = batch.claimed().get(i);
            boolean believed = anyAccepted || has(Defect.BELIEVES_ALL_FAILED);
            settlements.add(
                    outcomes.get(i) instanceof Outcome.Rejected && !believed
                            ? aloneAndFailed(claimed, false)
                            : Settlement.of(claimed, outcomes.get(i)));
        }
        if (!anyAccepted) {
            account.maxEvents = 1;
        }
        write(account, settlements);
    }

    private void onBlame(Account account, Batch batch, Reply.Undecided undecided) {
        Batch.Claimed claimed = batch.claimed().get(0);
        boolean enough = claimed.history().failuresAlone() >= 5 && account.acceptedSinceBlame > 40;
        account.acceptedSinceBlame = 0;
        boolean rejected = enough || undecided.tooLarge() || has(Defect.REJECTS_AT_FIRST_BLAME);
        write(
                account,
                List.of(
                        rejected
                                ? Settlement.of(claimed, new Outcome.Rejected(undecided.reason()))
                                : aloneAndFailed(claimed, false)));
    }

    private void onTrouble(Account account, Batch batch, Reply.Pause pause) {
        account.troubles++;
        account.maxEvents = 1;
        long seconds = Math.min(60, 1L << Math.min(6, account.troubles));
        Duration backoff = pause.retryAfter().orElse(Duration.ofSeconds(seconds));
        if (has(Defect.NO_BACKOFF)) {
            account.nextTry = ports.nanos().getAsLong();
        } else {
            account.nextTry = ports.nanos().getAsLong() + backoff.toNanos();
            ports.outbox().pause(account.id, backoff, pause.reason());
        }
        boolean alone = batch.claimed().size() == 1 && !has(Defect.POISON_KEEPS_ITS_PLACE);
        write(
                account,
                alone
                        ? List.of(aloneAndFailed(batch.claimed().get(0), pause.mayHaveCounted()))
                        : postponed(batch, Duration.ZERO, pause.mayHaveCounted()));
    }

    private Settlement aloneAndFailed(Batch.Claimed claimed, boolean mayHaveCounted) {
        DeliveryHistory history = claimed.history();
        Duration wait = Duration.ofMinutes(Math.min(60, 1L << Math.min(6, history.failuresAlone())));
        return settlement(
                claimed,
                wait,
                mayHaveCounted,
                history.withFailureAlone("failed", ports.wall().get()));
    }

    private List<Settlement> postponed(Batch batch, Duration wait, boolean mayHaveCounted) {
        return batch.claimed().stream()
                .map(claimed -> settlement(claimed, wait, mayHaveCounted, claimed.history()))
                .toList();
    }

    private Settlement settlement(
            Batch.Claimed claimed, Duration wait, boolean mayHaveCounted, DeliveryHistory history) {
        DeliveryHistory next = history.withAttempt(mayHaveCounted && !has(Defect.FORGETS_MAYBE_COUNTED));
        boolean mayBeThere = claimed.event().offline() && next.maybeCounted() >= 3;
        return mayBeThere
                ? Settlement.of(claimed, new Outcome.Rejected("Pinterest may have counted it three times"))
                : Settlement.postponed(claimed, "trouble", wait, next);
    }

    // --- outcomes

    private void write(Account account, List<Settlement> settlements) {
        Batch batch = account.batch;
        if (batch == null) {
            return;
        }
        account.unwritten = has(Defect.DROPS_UNWRITTEN_OUTCOMES) ? List.of() : settlements;
        account.batch = has(Defect.DROPS_UNWRITTEN_OUTCOMES) ? null : batch;
        List<Settlement> locked = ports.outbox().settle(batch, settlements).locked();
        account.unwritten = List.of();
        account.batch = null;
        locked.stream()
                .filter(settlement -> !(settlement.outcome() instanceof Outcome.Postponed))
                .filter(settlement -> !has(Defect.DROPS_UNWRITTEN_OUTCOMES))
                .forEach(settlement -> account.results.put(settlement.event().key(), settlement.outcome()));
        for (Settlement settlement : settlements) {
            try {
                ports.options().listener().settled(settlement.event(), settlement.outcome());
            } catch (Throwable e) {
                ended |= has(Defect.LISTENER_ENDS_DELIVERY);
            }
        }
    }
}
