// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
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
 * <p><b>Lifetime.</b> One for the application: open it when the application starts, close it when it stops. After
 * {@link #close()} none of its threads runs.
 *
 * <p><b>In a crash.</b> See {@link AccountClient}.
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
     * Returns a builder. All three parameters are decisions of the shop, so none has a default.
     *
     * @param account the default ad account
     */
    public static Builder builder(Mode mode, AdAccount account, Outbox outbox) {
        return new Builder(mode, account, outbox);
    }

    /**
     * Returns a client that could not be opened, for a shop that runs all the same. Every submit returns
     * {@code Failed} with this reason, {@code totalStats()} has it as its pause reason, and the other methods throw an
     * {@link EpikException} with it.
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
     * Sends one event in test mode, which Pinterest checks and records nowhere, and returns what the answer says about
     * access token, ad account and clock. Waits for at most some 30 s for each of two requests. Nothing is stored.
     *
     * @param baseUrl {@link #PRODUCTION}, or the address of a fake
     */
    public static ConnectionCheck checkConnection(AdAccount account, URI baseUrl) throws InterruptedException {
        return ConnectionProbe.check(account, baseUrl);
    }

    /**
     * What Pinterest answered to one test event.
     *
     * @param outcome what Pinterest made of the event; empty if the answer judges no event, or there was none
     * @param status of the HTTP answer, if it judges no event; otherwise 0. 0 too if there was no answer
     * @param reason why no event was judged, and the cure; otherwise empty
     * @param serverTime the time at Pinterest, to the second, if the answer has one
     */
    public record ConnectionCheck(Optional<Outcome> outcome, int status, String reason, Optional<Instant> serverTime) {}

    /**
     * Returns the client of one ad account. Cheap; need not be kept.
     *
     * @param nameOrId a name that was given to {@link #addAccount} or {@link Builder#addAccount}, {@link #MAIN}, or the
     *     id of an ad account. If it is unknown, submits return {@code Failed} and other methods throw, until it is
     *     added
     */
    public AccountClient account(String nameOrId) {
        return new AccountClient(core, nameOrId);
    }

    /**
     * Adds another ad account while the client is open, as {@link Builder#addAccount} does before. Events for it are
     * accepted from now on.
     *
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
     * Returns the state of all ad accounts together: paused if one of them is. Includes ad accounts that were looked up
     * by id. Asks the outbox once for each ad account, so do not call it for every request.
     */
    public DeliveryStats totalStats() {
        return core.get().stats();
    }

    /**
     * Accepts no more events, tries for the {@link Builder#shutdownTimeout shutdown timeout} to send what is ready, and
     * ends its threads, for all ad accounts together. Returns at most 7 s after that time, whatever Pinterest and the
     * outbox do. Never throws; a second call has no effect. A submit that another thread has begun is either stored or
     * returns {@code Failed}. Whoever opened the outbox closes it after this.
     */
    @Override
    public void close() {
        core.get().close();
    }

    /**
     * What happens to web and app events that would arrive over an hour after they happened, and so would count as
     * offline.
     */
    public enum LateEvents {
        /** They are sent. */
        SEND,
        /** They become dead letters, for people to decide. */
        DEAD_LETTER
    }

    /**
     * Collects the settings of a client. A duration outside of its range is set to the nearest end of the range. Not
     * thread-safe.
     */
    public static final class Builder {
        final Outbox outbox;
        final AdAccounts accounts = new AdAccounts(null);

        AdAccount.@Nullable Source source;

        URI baseUrl = PRODUCTION;

        @Nullable
        Supplier<HttpClient> http;

        Duration shutdownTimeout = Duration.ofSeconds(5);
        Duration submitTimeout = Duration.ofSeconds(5);
        DeliveryOptions delivery;

        private Builder(Mode mode, AdAccount account, Outbox outbox) {
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
         * Looks up ad accounts by id, for a platform whose ad accounts are not known when the client is opened.
         * {@link EpikClient#account(String)} then takes an id as well. An id that the source does not know is not asked for again for 10
         * minutes.
         */
        public Builder accounts(AdAccount.Source byId) {
            this.source = Objects.requireNonNull(byId, "accounts");
            return this;
        }

        /**
         * Sets the address of the API; {@link EpikClient#PRODUCTION} by default. In tests, the address of a
         * {@code FakePinterest}.
         */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "baseUrl");
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
        public Builder lateEvents(LateEvents what) {
            this.delivery = delivery.withLate(
                    switch (Objects.requireNonNull(what, "lateEvents")) {
                        case SEND -> DeliveryOptions.Late.SEND;
                        case DEAD_LETTER -> DeliveryOptions.Late.DEAD_LETTER;
                    });
            return this;
        }

        /** Sets the age from which on events become dead letters unsent; none by default, from 1 minute to 10 years. */
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
         * Sets how long {@code submit} waits for the outbox; 5 s by default, from 1 ms to 1 h. It returns some 250 ms
         * later at most. A {@code JdbcOutbox} then withdraws the event if it is not being stored:
         * {@link SubmitResult.Failed#isMaybeStored} tells. {@code submit} with a connection waits as long as that
         * does. Of an outbox with a spool the database gets all but 500 ms of it, and at least half.
         */
        public Builder submitTimeout(Duration time) {
            this.submitTimeout = DurationSetting.SUBMIT_DEADLINE.clamp(time);
            return this;
        }

        /** Sets how long {@link EpikClient#close()} tries to send what is ready; 5 s by default, from 0 to 1 h. */
        public Builder shutdownTimeout(Duration time) {
            this.shutdownTimeout = DurationSetting.DRAIN_TIME.clamp(time);
            return this;
        }

        /** Sets the listener that gets the outcome of each event; none by default. */
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
