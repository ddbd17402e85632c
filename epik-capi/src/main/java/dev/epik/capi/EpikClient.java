// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.delivery.AdAccountSource;
import dev.epik.capi.delivery.DeliveryListener;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.DeadLetter;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports conversion events to one ad account, or to several.
 *
 * <p><b>Lifetime.</b> One for the application: open it when the application starts, close it when it stops.
 * Thread-safe. A fixed number of daemon threads delivers the events of all ad accounts, however many there are. After
 * {@link #close()} none of them runs.
 *
 * <p><b>In a checkout.</b> {@code submit} stores the event and returns. It never waits for Pinterest. It throws
 * nothing, with two exceptions: an {@link OutOfMemoryError} or another error of the JVM, and, with a transaction of the
 * caller's, the {@link SQLException} that says that the database has discarded that transaction. Every other failure is
 * a {@link Submission.NotStored}.
 *
 * <p><b>In a crash.</b> What the outbox has stored is as safe as that outbox documents; a
 * {@link dev.epik.capi.outbox.MemoryOutbox} loses it. An event may be sent twice after a crash. Its id is the same, and
 * Pinterest counts it once.
 *
 * <p><b>Submitted twice.</b> The outbox decides, each time: a reloaded thank-you page costs it one indexed look-up and
 * no write. An event that was cancelled, on any node, and one whose dead letter was removed, can be submitted again.
 *
 * <p><b>Ad accounts.</b> Each method that takes one accepts its name. It also accepts the id of an ad account, if no ad
 * account has that name.
 */
public final class EpikClient implements AutoCloseable {
    /** The name of the ad account that the client was opened with. */
    public static final String MAIN = "main";

    private final Supplier<ClientCore> core;

    private EpikClient(Supplier<ClientCore> core) {
        this.core = core;
    }

    private EpikClient(ClientCore core) {
        this(() -> core);
    }

    /** Returns a builder. All three parameters are decisions of the shop, so none has a default. */
    public static Builder builder(Mode mode, AdAccount account, Outbox outbox) {
        return new Builder(mode, account, outbox);
    }

    /**
     * Returns a client that could not be opened, for a shop that runs all the same. Every submit returns
     * {@code NotStored} with this reason, {@code stats()} has it as its pause reason, and the other methods throw an
     * {@link EpikException} with it.
     */
    public static EpikClient closed(String because) {
        return new EpikClient(ClientCore.closed(because));
    }

    /**
     * Returns a client that passes each call on to the client that the supplier returns at that moment. With it, code
     * that runs before the real client can be opened holds one client for its whole life: the supplier returns
     * {@link #closed(String)} until then.
     *
     * @param current must be thread-safe and fast; if it fails, the call is answered as by a closed client
     */
    public static EpikClient delegatingTo(Supplier<EpikClient> current) {
        Objects.requireNonNull(current, "current");
        return new EpikClient(() -> {
            try {
                return current.get().core.get();
            } catch (Throwable e) {
                JvmErrors.rethrow(e);
                return ClientCore.closed(
                        "The supplier of the client failed: " + e.getClass().getName());
            }
        });
    }

    /**
     * Stores the event for the main ad account, or returns why it could not be stored. Waits for the outbox for at most
     * the {@link Builder#submitDeadline submit deadline}.
     */
    public Submission submit(ConversionEvent event) {
        return submit(MAIN, event);
    }

    /** Stores the event that the supplier returns. Whatever the supplier throws becomes a {@code NotStored}. */
    public Submission submit(Supplier<ConversionEvent> event) {
        return submit(MAIN, event);
    }

    /** Stores the event for this ad account; see {@link #submit(ConversionEvent)}. */
    public Submission submit(String account, ConversionEvent event) {
        return core.get().submits().submit(account, event);
    }

    /** Stores the event that the supplier returns for this ad account; see {@link #submit(Supplier)}. */
    public Submission submit(String account, Supplier<ConversionEvent> event) {
        return core.get().submits().submit(account, event);
    }

    /**
     * Stores the event without waiting, unless the queue of the outbox is full. The future never completes
     * exceptionally. A {@code JdbcOutbox} completes it by the {@link Builder#submitDeadline submit deadline}; other
     * outboxes have none here. What depends on the future runs on a thread of the outbox and must not wait.
     */
    public CompletableFuture<Submission> submitAsync(String account, ConversionEvent event) {
        return core.get().submits().submitAsync(account, event);
    }

    /**
     * Stores many events at once, such as those of an import, 500 at a time. The {@link Builder#submitDeadline submit
     * deadline} holds for each 500. If none of them could be stored, the rest is not tried. Events that are submitted
     * one by one go first.
     *
     * @return the answers, in the order of the events; one {@code NotStored} if the list itself cannot be read
     */
    public List<Submission> submitAll(String account, List<ConversionEvent> events) {
        return core.get().submits().submitAll(account, events);
    }

    /**
     * Stores the event in a transaction of the caller's. It is sent if that transaction is committed: within a minute,
     * or at once if {@link #wake} is called after the commit. Needs a {@link JdbcOutbox}; its {@code add(Connection,
     * …)} documents auto-commit and JTA.
     *
     * @throws SQLException if the database has discarded the transaction, or if that cannot be ruled out: roll back,
     *     otherwise a commit may keep half an order
     * @throws EpikException if the client was opened with another outbox
     */
    public Submission submit(Connection transaction, String account, ConversionEvent event) throws SQLException {
        return core.get().submits().submit(transaction, account, event);
    }

    /**
     * Makes delivery look for events of the ad account now. Call it after the commit of a transaction that has stored
     * one. Never needed: what is committed is found within a minute. Never waits and never throws; an unknown ad
     * account is ignored.
     */
    public void wake(String account) {
        core.get().wake(account);
    }

    /**
     * Adds another ad account while the client is open, as {@link Builder#account} does before. Events for it are
     * accepted from now on.
     *
     * @throws EpikException if the name or the id is already in use, or the client is closed
     */
    public void account(String name, AdAccount account) {
        core.get().add(name, account);
    }

    /**
     * Removes an event that was not sent yet, or that is a dead letter. After that its id may be submitted again.
     *
     * @param name as Pinterest spells it, such as {@code checkout}
     * @param eventId with or without the spaces around it that {@code submit} removes
     */
    public Outbox.Cancelled cancel(String account, String name, String eventId) {
        return core.get().cancel(account, name, eventId);
    }

    /** Returns at most {@code max} dead letters, the newest first. */
    public List<DeadLetter> deadLetters(String account, int max) {
        return core.get().deadLetters(account, max);
    }

    /** Makes dead letters wait again; see {@link Outbox#redrive}. */
    public Outbox.Redriven redrive(String account, DeadLetter.Which which, boolean force) {
        return core.get().redrive(account, which, force);
    }

    /**
     * Ends the pause of an ad account and tries again at once, for people who know that the cause is gone. Never
     * needed: a pause ends by itself, after an hour at the latest, whatever Pinterest or a token source asked for. A
     * token source is asked again, and may ask for another pause: {@code OAuthTokens} does until its next renewal is
     * due.
     */
    public void tryNow(String account) {
        core.get().tryNow(account);
    }

    /** Returns how many events were submitted to this client since it was opened, by result. Never fails. */
    public SubmitStats submitStats() {
        return core.get().submitStats();
    }

    /**
     * Returns the state of all ad accounts together: paused if one of them is. Includes ad accounts that were looked up
     * by id. Asks the outbox once for each ad account: not for every request.
     */
    public DeliveryStats stats() {
        return core.get().stats();
    }

    /**
     * Returns the state of one ad account.
     *
     * @throws EpikException if there is no such ad account
     */
    public DeliveryStats stats(String account) {
        return core.get().stats(account);
    }

    /**
     * Accepts no more events, tries for the {@link Builder#drainTime drain time} to send what is ready, and ends its
     * threads, for all ad accounts together. Returns at most 7 s after the drain time, whatever Pinterest and the
     * outbox do. Never throws; a second call has no effect. A submit that another thread has begun is either stored or
     * returns {@code NotStored}. Whoever opened the outbox closes it after this.
     */
    @Override
    public void close() {
        core.get().close();
    }

    /**
     * Collects the settings of a client. A duration outside of its range is set to the nearest end of the range. Not
     * thread-safe.
     */
    public static final class Builder {
        final Outbox outbox;
        final AdAccounts accounts = new AdAccounts(null);

        @Nullable
        AdAccountSource source;

        URI api = PinterestApi.PRODUCTION;

        @Nullable
        Supplier<HttpClient> http;

        Duration drainTime = Duration.ofSeconds(5);
        Duration submitDeadline = Duration.ofSeconds(5);
        DeliveryOptions delivery;

        private Builder(Mode mode, AdAccount account, Outbox outbox) {
            this.outbox = Objects.requireNonNull(outbox, "outbox");
            this.delivery = DeliveryOptions.of(Objects.requireNonNull(mode, "mode"), Clock.systemUTC());
            accounts.add(MAIN, account);
        }

        /**
         * Adds another ad account beside {@link #MAIN}, such as that of another country or brand.
         * {@link EpikClient#account} does the same later.
         *
         * @param name what {@code submit} calls it
         * @throws EpikException if the name or the ad account is already in use
         */
        public Builder account(String name, AdAccount account) {
            accounts.add(name, account);
            return this;
        }

        /**
         * Looks up ad accounts by id, for a platform whose ad accounts are not known when the client is opened.
         * {@code submit} then accepts an id as well. An id that the source does not know is not asked for again for 10
         * minutes.
         */
        public Builder accounts(AdAccountSource byId) {
            this.source = Objects.requireNonNull(byId, "accounts");
            return this;
        }

        /**
         * Sets where the API is; {@link PinterestApi#PRODUCTION} by default. In tests, the address of a
         * {@code FakePinterest}.
         */
        public Builder api(URI root) {
            this.api = Objects.requireNonNull(root, "api");
            return this;
        }

        /**
         * Sets what makes the HTTP client, for a proxy or a company's own certificates. It makes a client, and another
         * one when that one stops working, so it must return a new client each time. All ad accounts share the client.
         */
        public Builder httpClient(Supplier<HttpClient> factory) {
            this.http = Objects.requireNonNull(factory, "httpClient");
            return this;
        }

        /** Sets how long an event waits for others to be sent with; 1 s by default, from 0 to 1 h. */
        public Builder linger(Duration time) {
            this.delivery = delivery.withLinger(time);
            return this;
        }

        /**
         * Sets what happens to events that would arrive over an hour late; by default they are sent, and count as
         * offline.
         */
        public Builder late(DeliveryOptions.Late what) {
            this.delivery = delivery.withLate(Objects.requireNonNull(what, "late"));
            return this;
        }

        /** Sets the age from which on events become dead letters unsent; none by default, from 1 minute to 10 years. */
        public Builder maxAge(Duration age) {
            this.delivery = delivery.withMaxAge(age);
            return this;
        }

        /**
         * Sets how long delivered ids are remembered and dead letters kept; 30 days each by default, at least 2 days
         * for delivered ids and 1 day for dead letters, at most 10 years.
         */
        public Builder retention(Duration delivered, Duration dead) {
            this.delivery = delivery.withRetention(delivered, dead);
            return this;
        }

        /**
         * Sets how long {@code submit} waits for the outbox; 5 s by default, from 1 ms to 1 h. It returns some 250 ms
         * later at most. A {@code JdbcOutbox} then withdraws the event if it is not being stored:
         * {@link Submission.NotStored#isMaybeStored} tells. {@code submit} with a connection waits as long as that
         * does. Of an outbox with a spool the database gets all but 500 ms of it, and at least half.
         */
        public Builder submitDeadline(Duration time) {
            this.submitDeadline = DurationSetting.SUBMIT_DEADLINE.clamp(time);
            return this;
        }

        /** Sets how long {@link EpikClient#close()} tries to send what is ready; 5 s by default, from 0 to 1 h. */
        public Builder drainTime(Duration time) {
            this.drainTime = DurationSetting.DRAIN_TIME.clamp(time);
            return this;
        }

        /** Sets what is told the outcome of each event. */
        public Builder listener(DeliveryListener theListener) {
            this.delivery = delivery.withListener(Objects.requireNonNull(theListener, "listener"));
            return this;
        }

        /**
         * Starts the threads that send. The builder can be used again.
         *
         * @throws EpikException if a setting is invalid; then nothing was started
         */
        public EpikClient open() {
            return new EpikClient(ClientCore.open(this));
        }
    }
}
