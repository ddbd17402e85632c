// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.delivery.DeliveryListener;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.DeadLetter;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.OutboxException;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.PinterestApi;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reports conversion events to one ad account, or to several by name.
 *
 * <p><b>Lifetime.</b> One for the application: open it when the application starts, close it when it stops. Many threads
 * may submit at once. It has one daemon thread per ad account that sends, and those of its HTTP clients; after {@link #close()}
 * there is none of ours.
 *
 * <p><b>In a checkout.</b> {@link #submit} never throws at bad data and never waits for Pinterest: it stores and returns.
 *
 * <p><b>In a crash.</b> What the outbox has stored is as safe as the outbox says; a
 * {@link dev.epik.capi.outbox.MemoryOutbox} loses it. An event may be sent twice after a crash; its id is the same, and
 * Pinterest counts it once.
 *
 * <p><b>Submitted twice.</b> The outbox decides; what it stored lately is remembered in front of it, so that a reloaded thank-you
 * page costs it nothing. A submit that failed is remembered nowhere: it can be tried again.
 */
public final class EpikClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    /** The name of the ad account that the client was opened with. */
    public static final String MAIN = "main";

    private final Outbox outbox;
    private final Duration submitDeadline;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    /** Why nothing is stored any more; empty while it is. */
    private volatile String closedBecause = "";

    private EpikClient(String closedBecause) {
        this.outbox = MemoryOutbox.ofCapacity(1); // never asked
        this.submitDeadline = Duration.ZERO;
        this.closedBecause = closedBecause;
    }

    private EpikClient(Builder options) {
        this.outbox = options.outbox;
        this.submitDeadline = options.submitDeadline;
        options.accounts.forEach((name, account) -> lanes.put(name, new Lane(name, account, options)));
        lanes.values().forEach(Lane::start);
    }

    /** All three are a decision of the shop's, so none has a default. */
    public static Builder builder(Mode mode, AdAccount account, Outbox outbox) {
        return new Builder(mode, account, outbox);
    }

    /**
     * One that could not be opened, for a shop that runs on all the same: every submit answers {@code NotStored} with this reason, and
     * {@code stats()} has it as the trouble.
     */
    public static EpikClient closed(String because) {
        return new EpikClient(because);
    }

    /**
     * Stores the event for the main ad account, or says why not. Never throws at bad data, never waits for Pinterest; for the outbox it
     * waits 5 s by default.
     */
    public Submission submit(ConversionEvent event) {
        return submit(MAIN, event);
    }

    /** As {@link #submit(ConversionEvent)}, and shields the checkout from whatever building the event throws. */
    public Submission submit(Supplier<ConversionEvent> event) {
        return submit(MAIN, event);
    }

    /** As {@link #submit(ConversionEvent)}, for the ad account of this name. */
    public Submission submit(String account, ConversionEvent event) {
        return said(waitFor(begin(account, event), Function.identity()));
    }

    /** As {@link #submit(Supplier)}, for the ad account of this name. */
    public Submission submit(String account, Supplier<ConversionEvent> event) {
        ConversionEvent built;
        try {
            built = event.get();
        } catch (EpikException wrongCall) {
            return notStored("Building the event failed: " + wrongCall.getMessage());
        } catch (RuntimeException bug) {
            return notStored("Building the event failed: " + bug.getClass().getName() + where(bug));
        }
        return submit(account, built);
    }

    /**
     * As {@link #submit(String, ConversionEvent)}, without waiting where the outbox has a thread of its own; a {@code JdbcOutbox} does
     * its work in the calling thread. Never completes exceptionally, and without a deadline.
     */
    public CompletableFuture<Submission> submitAsync(String account, ConversionEvent event) {
        return begin(account, event).thenApply(this::said);
    }

    private CompletableFuture<Submission> begin(String account, ConversionEvent event) {
        Optional<Submission> unstored = unstored(account, event);
        return unstored.isPresent()
                ? CompletableFuture.completedFuture(unstored.get())
                : stored(() -> lane(account).store(event), Function.identity());
    }

    /**
     * As {@link #submit(String, ConversionEvent)}, for many at once, such as an import has: what the outbox can store in one step, as all
     * but a {@code MemoryOutbox} can, costs one commit together. Several hundred are a good number.
     *
     * @return the answers in the events' order
     */
    public List<Submission> submitAll(String account, List<ConversionEvent> events) {
        List<Optional<Submission>> unstored =
                events.stream().map(event -> unstored(account, event)).toList();
        List<ConversionEvent> storable = IntStream.range(0, events.size())
                .filter(i -> unstored.get(i).isEmpty())
                .mapToObj(events::get)
                .toList();
        if (storable.isEmpty()) {
            return said(unstored.stream().flatMap(Optional::stream).toList());
        }
        Function<Submission, List<Submission>> ofAll = trouble -> Collections.nCopies(storable.size(), trouble);
        Iterator<Submission> stored = waitFor(stored(() -> lane(account).storeAll(storable), ofAll), ofAll)
                .iterator();
        return said(
                unstored.stream().map(answer -> answer.orElseGet(stored::next)).toList());
    }

    /** What the outbox answers, or, where it fails, what that is for the caller. */
    private static <T> CompletableFuture<T> stored(
            Supplier<CompletableFuture<T>> storing, Function<Submission, T> trouble) {
        try {
            return storing.get().exceptionally(failed -> trouble.apply(outboxFailed(failed)));
        } catch (RuntimeException failed) {
            return CompletableFuture.completedFuture(trouble.apply(outboxFailed(failed)));
        }
    }

    private <T> T waitFor(CompletableFuture<T> answer, Function<Submission, T> trouble) {
        try {
            return answer.get(submitDeadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLong) {
            return trouble.apply(
                    new Submission.NotStored("The outbox did not answer within " + submitDeadline.toMillis()
                            + " ms; it may have stored the event all the same: submit it again, under the same id"));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return trouble.apply(new Submission.NotStored(
                    "Interrupted while the outbox stored; it may have: submit again, under the same id"));
        } catch (ExecutionException never) {
            return trouble.apply(new Submission.NotStored(
                    "The outbox failed: " + never.getClass().getName()));
        }
    }

    /**
     * As {@link #submit(String, ConversionEvent)}, in a transaction of the shop's: the event is sent, within a minute, if that is
     * committed. Needs a {@link JdbcOutbox}, whose {@code add(Connection, …)} says what auto-commit and JTA do to it.
     *
     * @throws SQLException the database has thrown the transaction away: roll back, or half an order is kept
     * @throws EpikException where the client was opened with another outbox
     */
    public Submission submit(Connection transaction, String account, ConversionEvent event) throws SQLException {
        Optional<Submission> unstored = unstored(account, event);
        if (unstored.isPresent()) {
            return said(unstored.get());
        }
        if (!(outbox instanceof JdbcOutbox database)) {
            throw new EpikException("To submit in a transaction the client needs a JdbcOutbox; it was opened with a "
                    + outbox.getClass().getSimpleName());
        }
        try {
            // Not remembered in front of the outbox: the shop may still roll back.
            return Lane.answer(event, database.add(transaction, lane(account).stored(event)));
        } catch (OutboxException contained) {
            return said(outboxFailed(contained));
        }
    }

    /** What needs no outbox to be answered. */
    private Optional<Submission> unstored(String account, @Nullable ConversionEvent event) {
        if (event == null) {
            return Optional.of(new Submission.NotStored("There is no event: null was submitted, or supplied"));
        }
        if (event.consent() != Visit.Consent.GRANTED) {
            return Optional.of(new Submission.NotSent(event.consentReason()));
        }
        if (!event.refusals().isEmpty()) {
            return Optional.of(new Submission.Refused(event.problems()));
        }
        if (!closedBecause.isEmpty()) {
            return Optional.of(new Submission.NotStored(closedBecause));
        }
        return lanes.containsKey(account)
                ? Optional.empty()
                : Optional.of(new Submission.NotStored(
                        "There is no ad account of this name; the client was opened with " + lanes.keySet()));
    }

    /**
     * Takes an event back that was not sent yet, or lies dead; after that its id may be submitted again.
     *
     * @param name as Pinterest spells it, such as {@code checkout}
     */
    public Outbox.Cancelled cancel(String account, String name, String eventId) {
        StoredEvent.Key key = new StoredEvent.Key(lane(account).accountId(), name, eventId);
        Outbox.Cancelled answer = outbox.cancel(key);
        if (answer == Outbox.Cancelled.CANCELLED) {
            lane(account).forget(key);
        }
        return answer;
    }

    /** The newest first, at most so many. */
    public List<DeadLetter> deadLetters(String account, int most) {
        return outbox.deadLetters(lane(account).accountId(), most);
    }

    /** Makes dead letters wait again; see {@link Outbox#redrive}. */
    public Outbox.Redriven redrive(String account, DeadLetter.Which which, boolean force) {
        Lane lane = lane(account);
        Outbox.Redriven redriven = outbox.redrive(lane.accountId(), which, force);
        lane.wake();
        return redriven;
    }

    /**
     * Ends the pause of an ad account and tries again at once, for one who knows that the trouble is mended. Never needed: a pause ends
     * by itself, after an hour at the latest.
     */
    public void tryNow(String account) {
        Lane lane = lane(account);
        outbox.resume(lane.accountId());
        lane.lookNow();
    }

    /** Of all ad accounts together; paused where one of them is. */
    public DeliveryStats stats() {
        return lanes.values().stream()
                .map(Lane::stats)
                .reduce(DeliveryStats::and)
                .orElseGet(() -> new DeliveryStats(0, Optional.empty(), 0, 0, Optional.empty(), closedBecause));
    }

    /**
     * Of one ad account.
     *
     * @throws EpikException where the client was opened with none of this name
     */
    public DeliveryStats stats(String account) {
        return lane(account).stats();
    }

    private Lane lane(String account) {
        Lane lane = lanes.get(account);
        if (lane == null) {
            throw new EpikException(
                    lanes.isEmpty()
                            ? closedBecause
                            : "There is no ad account \"" + account + "\"; the client was opened with "
                                    + lanes.keySet());
        }
        return lane;
    }

    /**
     * Takes no more events, tries to send what waits for the drain time (5 s by default), and ends its threads. The outbox is
     * whoever's opened it to close, after this.
     */
    @Override
    public void close() {
        if (!closedBecause.isEmpty()) {
            return;
        }
        closedBecause = "The client is closed: submit before the application stops";
        lanes.values().forEach(Lane::stop);
        lanes.values().forEach(Lane::close);
    }

    /** The message of ours names the cure; of any other trouble the type alone, since a message may quote what the shop handled. */
    private static Submission outboxFailed(Throwable trouble) {
        Throwable cause = trouble instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : trouble;
        return new Submission.NotStored("The outbox failed: "
                + (cause instanceof OutboxException said
                        ? said.getMessage()
                        : cause.getClass().getName()));
    }

    private Submission notStored(String cause) {
        return said(new Submission.NotStored(cause));
    }

    /** In the log, where it was not stored; but that a client is closed is known to whoever closed it. */
    private Submission said(Submission answer) {
        if (answer instanceof Submission.NotStored lost && !lost.cause().equals(closedBecause)) {
            LOG.log(Level.ERROR, "An event was not stored. {0}", lost.cause());
        }
        return answer;
    }

    /** One line for each cause, and not for each event. */
    private List<Submission> said(List<Submission> answers) {
        Map<String, Integer> lost = new LinkedHashMap<>();
        for (Submission answer : answers) {
            if (answer instanceof Submission.NotStored each && !each.cause().equals(closedBecause)) {
                lost.merge(each.cause(), 1, Integer::sum);
            }
        }
        lost.forEach((cause, events) -> LOG.log(Level.ERROR, "{0} events were not stored. {1}", events, cause));
        return answers;
    }

    /** The first frame of the shop's own. */
    private static String where(RuntimeException bug) {
        for (StackTraceElement frame : bug.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("dev.epik.capi.event.")) {
                return " at " + frame;
            }
        }
        return "";
    }

    /** Not for several threads. */
    public static final class Builder {
        final Mode mode;
        final Outbox outbox;
        final Map<String, AdAccount> accounts = new LinkedHashMap<>();
        URI api = PinterestApi.PRODUCTION;

        @Nullable
        HttpClient http;

        Duration drainTime = Duration.ofSeconds(5);
        Duration submitDeadline = Duration.ofSeconds(5);
        DeliveryOptions delivery;

        private Builder(Mode mode, AdAccount account, Outbox outbox) {
            this.mode = mode;
            this.outbox = outbox;
            this.delivery = DeliveryOptions.of(mode, Clock.systemUTC());
            accounts.put(MAIN, account);
        }

        /**
         * Another ad account beside {@link #MAIN}, such as that of another country or brand.
         *
         * @param name as {@code submit} will call it
         * @throws EpikException where the name or the ad account is there already
         */
        public Builder account(String name, AdAccount account) {
            if (accounts.containsKey(name)) {
                throw new EpikException("There are two ad accounts \"" + name + "\": give each a name of its own");
            }
            accounts.forEach((other, known) -> {
                if (known.id().equals(account.id())) {
                    throw new EpikException("The ad accounts \"" + other + "\" and \"" + name + "\" have the same id "
                            + account.id() + ": name it once");
                }
            });
            accounts.put(name, account);
            return this;
        }

        /** Where the API is; by default {@link PinterestApi#PRODUCTION}. A {@code FakePinterest}'s uri in tests. */
        public Builder api(URI root) {
            this.api = root;
            return this;
        }

        /** For a proxy or a company's own certificates. It stays the caller's to close. */
        public Builder httpClient(HttpClient client) {
            this.http = client;
            return this;
        }

        /** How long an event waits for others to be sent with; 1 s by default. */
        public Builder linger(Duration time) {
            this.delivery = delivery.withLinger(time);
            return this;
        }

        /** What happens to events that would come over an hour late; by default they are sent, and count as offline. */
        public Builder late(DeliveryOptions.Late what) {
            this.delivery = delivery.withLate(what);
            return this;
        }

        /** Events that happened longer ago become dead letters unsent; by default none is too old. */
        public Builder maxAge(Duration age) {
            this.delivery = delivery.withMaxAge(age);
            return this;
        }

        /** How long delivered ids are remembered and dead letters kept; 30 days each by default. */
        public Builder retention(Duration delivered, Duration dead) {
            this.delivery = delivery.withRetention(delivered, dead);
            return this;
        }

        /** How long {@code submit} waits for the outbox; 5 s by default. */
        public Builder submitDeadline(Duration time) {
            this.submitDeadline = time;
            return this;
        }

        /** How long {@link EpikClient#close()} tries to send what waits; 5 s by default. */
        public Builder drainTime(Duration time) {
            this.drainTime = time;
            return this;
        }

        public Builder listener(DeliveryListener theListener) {
            this.delivery = delivery.withListener(theListener);
            return this;
        }

        /** Starts the threads that send. */
        public EpikClient open() {
            return new EpikClient(this);
        }
    }
}
