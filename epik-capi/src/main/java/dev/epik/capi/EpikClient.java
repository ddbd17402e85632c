// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports conversion events to Pinterest: to one ad account, or to several. Its own methods, such as
 * {@link #submit(ConversionEvent) submit}, are those of its default ad account; {@link #account(String)} returns the
 * client of another one.
 *
 * <p><b>Threads.</b> Thread-safe. A fixed number of daemon threads delivers the events of all ad accounts, however many
 * there are.
 *
 * <p><b>Lifetime.</b> One for the application: open it when the application starts, close it when it stops. It owns its
 * outbox and closes it too, unless it was built with {@link Builder#keepOutboxOpen()}. After {@link #close()} none of
 * its threads runs.
 *
 * <p><b>In a crash.</b> A stored event is as safe as its outbox documents; see {@link AccountClient}.
 */
public final class EpikClient extends AccountClient implements AutoCloseable {
    /** The name of the default ad account, the one that the client was opened with. */
    public static final String MAIN = "main";

    /** The address of Pinterest's API. */
    public static final URI PRODUCTION = PinterestApi.PRODUCTION;

    private EpikClient(Supplier<ClientCore> core) {
        super(core, MAIN);
    }

    private EpikClient(ClientCore core) {
        this(() -> core);
    }

    /**
     * Returns a builder. All three parameters are decisions of the shop, so none has a default and none may be null.
     *
     * @param mode whether events count
     * @param account the default ad account, named {@link #MAIN}
     * @param outbox where events are stored. The client delivers them if the store has a
     *     {@linkplain EventStore#deliveryOutbox() delivery outbox}; otherwise other processes do. The client closes it,
     *     unless {@link Builder#keepOutboxOpen()} is called
     */
    public static Builder builder(Mode mode, AdAccount account, EventStore outbox) {
        return new Builder(mode, account, outbox);
    }

    /**
     * Returns a client that could not be opened, for a shop that runs all the same. Every submit returns {@code Failed}
     * with this reason, {@code totalStats()} has it as its pause reason, and the other methods throw an
     * {@link EpikException} with it. It has no threads and need not be closed.
     *
     * @param reason for people, with the cure; not empty
     */
    public static EpikClient unavailable(String reason) {
        return new EpikClient(ClientCore.closed(reason));
    }

    /**
     * Returns a client that passes each call on to the client that the supplier returns at that moment. With it, code
     * that runs before the real client can be opened holds one client for its whole life: the supplier returns
     * {@link #unavailable(String)} until then.
     *
     * @param current must be thread-safe and fast; if it fails, the call is answered as by an unavailable client
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
     * Sends one event in test mode, which Pinterest checks and records nowhere. Returns what the answer shows about
     * access token, ad account and clock. Sends a second request if a 401 made the token source return another token.
     * Waits at most about 30 s for each request. Nothing is stored.
     *
     * @param baseUrl {@link #PRODUCTION}, or the address of a fake
     * @throws EpikException if the address is neither https nor a loopback address
     */
    public static ConnectionCheck checkConnection(AdAccount account, URI baseUrl) throws InterruptedException {
        return ConnectionProbe.check(account, baseUrl);
    }

    /**
     * Pinterest's answer to one test event. Immutable.
     *
     * @param outcome the outcome of the event; empty if the answer does not judge it, or if there was no answer
     * @param status the HTTP status if the answer does not judge the event; otherwise 0, also if there was no answer
     * @param reason why the event was not judged, and the cure; empty if it was
     * @param serverTime the time at Pinterest, to the second; empty if the answer has none
     */
    public record ConnectionCheck(Optional<Outcome> outcome, int status, String reason, Optional<Instant> serverTime) {}

    /**
     * Returns the client of one ad account. The call is cheap, so the result need not be kept. Never null.
     *
     * @param nameOrId a name that was given to {@link #addAccount} or {@link Builder#addAccount}, {@link #MAIN}, or the
     *     id of an ad account. If it is unknown, submits return {@code Failed} and other methods throw, until it is
     *     added
     */
    public AccountClient account(String nameOrId) {
        return new AccountClient(core, nameOrId);
    }

    /**
     * Adds another ad account while the client is open, as {@link Builder#addAccount} does before that. From now on
     * events for it are accepted.
     *
     * @param name for {@link #account(String)}
     * @throws EpikException if the name or the id is already in use, or the client is closed
     */
    public void addAccount(String name, AdAccount account) {
        core.get().add(name, account);
    }

    /** Returns how many events were submitted to this client since it was opened, by result. Never fails. */
    public SubmitResult.Counts submitCounts() {
        return core.get().submitCounts();
    }

    /**
     * Returns the state of all ad accounts together. It pauses if one of them does. Includes ad accounts that were
     * looked up by id. Queries the outbox once for each ad account, so do not call it for every request.
     *
     * @throws EpikException if the outbox fails
     */
    public DeliveryStats totalStats() {
        return core.get().stats();
    }

    /**
     * Returns the statistics of {@link #totalStats()} as they were some seconds ago, without a query and without
     * waiting, for metrics and health checks. A call starts a thread that reads them anew if they are older than 10 s,
     * or than 20 times the time that the last query took. Without calls nothing is queried. Never fails.
     *
     * @return empty if the first query has not ended yet, if the last one failed, or if one has taken over 30 s
     */
    public Optional<DeliveryStats> recentStats() {
        return core.get().recentStats();
    }

    /**
     * Returns why {@link #recentStats()} is empty: the message of the last query, which names the cure and nothing
     * personal. Does no I/O and never fails.
     *
     * @return empty if the last query succeeded, and before the first one has ended
     */
    public Optional<String> recentFailure() {
        return core.get().recentFailure();
    }

    /**
     * Returns the counters of this client: of events ({@code epik.events}), of the match keys of stored events
     * ({@code epik.match.keys}) and of requests to Pinterest ({@code epik.delivery}). A counter is in the list once it
     * has counted something; its value changes after this call too. Does no I/O and never fails.
     */
    public List<Counter> counters() {
        return core.get().counters();
    }

    /** Returns what this process knows about the last hours. Does no I/O and never fails. */
    public Activity activity() {
        return core.get().activity();
    }

    /**
     * A counter of a client, since the client was opened. Each tag has a limited number of values; none is an id or
     * personal data. Thread-safe.
     */
    public interface Counter {
        /** Returns the name, such as {@code epik.events}. Counters of one name have the same tags. */
        String name();

        /** Returns the values of the tags, such as {@code result} and {@code event}, in a fixed order. Immutable. */
        Map<String, String> tags();

        /** Returns how often it has counted. */
        long count();

        /** Returns the time of all requests together; zero if the counter measures no time. */
        Duration totalTime();
    }

    /**
     * The state of this process over the last hours. It is kept in memory and begins anew when the client is opened.
     *
     * @param lastAccepted when Pinterest last accepted an event; empty if it has accepted none
     * @param silentFor the time since then, if it is longer than {@link Builder#silence}
     * @param clickIdCoverage the share of the web events of the last 6 hours that have a click id, from 0 to 1; empty
     *     with fewer than 30 events
     * @param clickIdCoverageOfWeek the same of the last 7 days; empty with fewer than 200 events
     * @param hasClickIdCoverageFallen whether the first share is less than half of the second
     * @param isStorageFailing whether the outbox failed to store the last event that was submitted
     * @param isAccountRefused whether delivery of an ad account pauses because Pinterest refuses its token or the ad
     *     account, or because there is no token, and waiting alone does not help. Only known to the process that tried
     */
    public record Activity(
            Optional<Instant> lastAccepted,
            Optional<Duration> silentFor,
            OptionalDouble clickIdCoverage,
            OptionalDouble clickIdCoverageOfWeek,
            boolean hasClickIdCoverageFallen,
            boolean isStorageFailing,
            boolean isAccountRefused) {}

    /**
     * Erases a person from the outbox: removes the waiting events and the dead letters of all ad accounts that belong
     * to the person, and forgets the delivered ids that the request names. It is a method of the client and not of an
     * ad account, because a person asks the shop. Reads the whole outbox. Events that are being sent are tried again
     * for 10 s. Pinterest keeps what it has; {@link ConversionDeletion} asks it to delete that.
     *
     * <p>An erased event can be submitted again, such as by an import: leave the person out of its file.
     *
     * @throws EpikException if the client is closed, does not deliver, or the outbox cannot be searched or fails. Then
     *     some events may be removed; erase again
     */
    public ErasureRequest.Result erase(ErasureRequest request) {
        return core.get().erase(request);
    }

    /**
     * Cancels the waiting events and dead letters with this click id, for a visitor who has revoked the consent. A
     * thread does it within some seconds; the call never waits and never throws. The filter calls it if the client was
     * opened by {@link dev.epik.capi.servlet.EpikContextListener} or the Spring Boot starter. If the process crashes
     * before, the events are sent.
     *
     * @param clickId the value of the cookie {@code _epik}
     */
    public void revoke(String clickId) {
        core.get().revoke(clickId);
    }

    /**
     * Accepts no more events, tries for the {@link Builder#shutdownTimeout shutdown timeout} to send what is ready,
     * ends its threads, and closes the outbox. The timeout holds for all ad accounts together. Everything but closing
     * the outbox ends at most 7 s after it, whatever Pinterest and the outbox do; each outbox documents how long
     * closing takes. Never throws. A second call has no effect. A submit that another thread has begun is either stored
     * or returns {@code Failed}.
     */
    @Override
    public void close() {
        core.get().close();
    }

    /**
     * The policy for web and app events that would arrive over an hour after they happened. Pinterest would count them
     * as offline events.
     */
    public enum LateEvents {
        /** They are sent. */
        SEND,
        /** They become dead letters, for people to decide. */
        DEAD_LETTER
    }

    /**
     * Collects the settings of a client. A duration outside of its range is set to the nearest end of the range. No
     * parameter may be null. Not thread-safe.
     */
    public static final class Builder {
        final EventStore outbox;
        final AdAccounts accounts = new AdAccounts(null);

        AdAccount.@Nullable Source source;

        URI baseUrl = PRODUCTION;

        @Nullable
        Supplier<HttpClient> http;

        Duration shutdownTimeout = Duration.ofSeconds(5);
        Duration submitTimeout = Duration.ofSeconds(5);
        Optional<Duration> silence = Optional.empty();
        boolean closesOutbox = true;
        CallerTransactions transactions = CallerTransactions.none();
        Privacy privacy = Privacy.defaults();

        /** Null if events are stored in clear. */
        @Nullable
        PayloadKeys payloadKeys;

        DeliveryOptions delivery;

        private Builder(Mode mode, AdAccount account, EventStore outbox) {
            this.outbox = Objects.requireNonNull(outbox, "outbox");
            this.delivery = DeliveryOptions.of(Objects.requireNonNull(mode, "mode"), Clock.systemUTC());
            accounts.add(MAIN, account);
        }

        /**
         * Adds another ad account beside {@link #MAIN}, such as that of another country or brand.
         * {@link EpikClient#addAccount} does the same later.
         *
         * @param name for {@link EpikClient#account(String)}
         * @throws EpikException if the name or the ad account is already in use
         */
        public Builder addAccount(String name, AdAccount account) {
            accounts.add(name, account);
            return this;
        }

        /**
         * Gives the default ad account another name beside {@link #MAIN}, so that {@link EpikClient#account} knows all
         * ad accounts by names of the shop's own.
         *
         * @throws EpikException if the name is already in use
         */
        public Builder defaultName(String name) {
            accounts.addAlias(name, MAIN);
            return this;
        }

        /**
         * Sets how the transaction of the calling thread is found; by default none is. If there is one on the database
         * of a {@code JdbcOutbox}, every submit without a connection stores its event in it, as
         * {@link AccountClient#submit(java.sql.Connection, ConversionEvent)} does, and delivery is woken after the
         * commit. If the database has discarded the transaction, submit throws an {@link EpikException} whose cause is
         * the {@code SQLException}.
         */
        public Builder transactions(CallerTransactions ofTheThread) {
            this.transactions = Objects.requireNonNull(ofTheThread, "transactions");
            return this;
        }

        /**
         * Sets a source that looks up ad accounts by id, for a platform whose ad accounts are not known when the client
         * is opened; none by default. {@link EpikClient#account(String)} then takes an id as well. An id that the
         * source does not know is not looked up again for 10 minutes.
         */
        public Builder accounts(AdAccount.Source byId) {
            this.source = Objects.requireNonNull(byId, "accounts");
            return this;
        }

        /**
         * Sets the address of the API; {@link EpikClient#PRODUCTION} by default. In tests, the address of a
         * {@code FakePinterest}. It must be https, or a loopback address.
         */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "baseUrl");
            return this;
        }

        /**
         * Sets the factory of the HTTP client, for a proxy or a company's own certificates; by default the client is
         * made here. The factory is called again if a client stops working, so it must return a new client each time.
         * All ad accounts share the client. The caller closes it.
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
        public Builder lateEvents(LateEvents what) {
            this.delivery = delivery.withLate(
                    switch (Objects.requireNonNull(what, "lateEvents")) {
                        case SEND -> DeliveryOptions.Late.SEND;
                        case DEAD_LETTER -> DeliveryOptions.Late.DEAD_LETTER;
                    });
            return this;
        }

        /** Sets the age at which unsent events become dead letters; unlimited by default, from 1 minute to 10 years. */
        public Builder maxAge(Duration age) {
            this.delivery = delivery.withMaxAge(age);
            return this;
        }

        /**
         * Sets how long the ids of delivered events are remembered; 30 days by default, from 2 days to 10 years. For
         * that long an event that is submitted again is a {@link SubmitResult.Duplicate}.
         */
        public Builder keepDelivered(Duration time) {
            this.delivery = delivery.withKeepDelivered(time);
            return this;
        }

        /** Sets how long dead letters are kept; 30 days by default, from 1 day to 10 years. */
        public Builder keepDeadLetters(Duration time) {
            this.delivery = delivery.withKeepDeadLetters(time);
            return this;
        }

        /**
         * Sets how long {@code submit} waits for the outbox; 5 s by default, from 1 ms to 1 h. {@code submit} returns
         * at most about 250 ms later. A {@code JdbcOutbox} then withdraws the event unless it is being stored:
         * {@link SubmitResult.Failed#isMaybeStored} distinguishes the two. {@code submit} with a connection waits for
         * as long as the database does. If the outbox has a spool, the database gets all but 500 ms of the timeout, and
         * at least half of it.
         */
        public Builder submitTimeout(Duration time) {
            this.submitTimeout = DurationSetting.SUBMIT_TIMEOUT.clamp(time);
            return this;
        }

        /** Sets how long {@link EpikClient#close()} tries to send what is ready; 5 s by default, from 0 to 1 h. */
        public Builder shutdownTimeout(Duration time) {
            this.shutdownTimeout = DurationSetting.SHUTDOWN_TIMEOUT.clamp(time);
            return this;
        }

        /**
         * Logs one WARNING if Pinterest has accepted events, and then none for this time; and one if the share of web
         * events with a click id falls below half of that of the last 7 days. Off by default, because only the shop
         * knows its quiet hours; a shop that sells around the clock may set 2 hours. {@link EpikClient#activity()}
         * returns the same. From 1 minute to 30 days.
         */
        public Builder silence(Duration time) {
            this.silence = Optional.of(DurationSetting.SILENCE.clamp(time));
            return this;
        }

        /**
         * Sets how much of an event is stored and sent, the age from which a visit counts as unknown, and what happens
         * after an opt-out in the US; {@link Privacy#defaults()} by default.
         */
        public Builder privacy(Privacy settings) {
            this.privacy = Objects.requireNonNull(settings, "privacy");
            return this;
        }

        /**
         * Encrypts the JSON of events before they are stored, with AES-256 in Galois/counter mode; by default they are
         * stored in clear. Ad account, event name, event id and times stay readable, because outboxes search by them.
         * Events that were stored in clear before are sent as they are. All clients of an outbox need the keys: an
         * event whose key is missing waits. If no key can be had, nothing is stored, and submits fail.
         */
        public Builder payloadKeys(PayloadKeys keys) {
            this.payloadKeys = Objects.requireNonNull(keys, "payloadKeys");
            return this;
        }

        /** Sets the listener that receives the outcome of each event; none by default. */
        public Builder listener(DeliveryListener theListener) {
            this.delivery = delivery.withListener(Objects.requireNonNull(theListener, "listener"));
            return this;
        }

        /**
         * Leaves the outbox open when the client is closed, for a caller that shares it or goes on to use it. By
         * default the client closes it. Closing an outbox twice does no harm.
         */
        public Builder keepOutboxOpen() {
            this.closesOutbox = false;
            return this;
        }

        /**
         * Opens the client: starts the threads that send. The builder can be used again.
         *
         * @throws EpikException if a setting is invalid. Then nothing is left running, and the outbox is closed unless
         *     {@link #keepOutboxOpen()} was called
         */
        public EpikClient open() {
            return new EpikClient(ClientCore.open(this));
        }
    }
}
