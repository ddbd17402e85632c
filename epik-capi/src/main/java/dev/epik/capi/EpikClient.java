// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.delivery.DeliveryListener;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.delivery.DispatchThread;
import dev.epik.capi.delivery.Dispatcher;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.PinterestApi;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports conversion events to one ad account.
 *
 * <p><b>Lifetime.</b> One for the application: open it when the application starts, close it when it stops. Many threads
 * may submit at once. It has one daemon thread that sends, and those of its HTTP client; after {@link #close()} there is
 * none of ours.
 *
 * <p><b>In a checkout.</b> {@link #submit} never throws at bad data and never waits for Pinterest: it stores and returns.
 *
 * <p><b>In a crash.</b> What the outbox has stored is as safe as the outbox says; a
 * {@link dev.epik.capi.outbox.MemoryOutbox} loses it. An event may be sent twice after a crash; its id is the same, and
 * Pinterest counts it once.
 */
public final class EpikClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private final AdAccount account;
    private final Outbox outbox;
    private final Clock clock;
    private final PinterestApi api;
    private final Dispatcher dispatcher;
    private final DispatchThread thread;
    private volatile boolean closed;

    private EpikClient(Builder options) {
        this.account = options.account;
        this.outbox = options.outbox;
        this.clock = options.clock;
        this.api = new PinterestApi(options.api, account, options.mode, options.http);
        this.dispatcher = new Dispatcher(outbox, api, options.mode, clock, options.linger, options.listener);
        this.thread = new DispatchThread(dispatcher, clock, options.drainTime);
        thread.start();
        if (options.mode == Mode.TEST) {
            LOG.log(Level.WARNING, "Epik is in TEST mode: Pinterest checks events and records none");
        }
    }

    /** All three are a decision of the shop's, so none has a default. */
    public static Builder builder(Mode mode, AdAccount account, Outbox outbox) {
        return new Builder(mode, account, outbox);
    }

    /** Stores the event, or says why not. Never throws at bad data, never waits for Pinterest. */
    public Submission submit(ConversionEvent event) {
        if (event.consent() != Visit.Consent.GRANTED) {
            return new Submission.NotSent(event.consentReason());
        }
        if (!event.refusals().isEmpty()) {
            return new Submission.Refused(event.refusals());
        }
        if (closed) {
            return new Submission.NotStored("The client is closed: submit before the application stops");
        }
        try {
            return store(event);
        } catch (RuntimeException trouble) {
            return notStored("The outbox failed: ", trouble);
        }
    }

    /** As {@link #submit(ConversionEvent)}, and shields the checkout from whatever building the event throws. */
    public Submission submit(Supplier<ConversionEvent> event) {
        ConversionEvent built;
        try {
            built = event.get();
        } catch (RuntimeException bug) {
            return notStored("Building the event failed: ", bug);
        }
        return submit(built);
    }

    public DeliveryStats stats() {
        return dispatcher.stats();
    }

    /** Takes no more events, tries to send what waits for the drain time (5 s by default), and ends its threads. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.close();
        api.close();
        int waiting = outbox.backlog(clock.instant()).waiting();
        if (waiting > 0) {
            LOG.log(
                    Level.WARNING,
                    "Closed with {0} events unsent in {1}",
                    waiting,
                    outbox.getClass().getSimpleName());
        }
    }

    private Submission store(ConversionEvent event) {
        StoredEvent stored = new StoredEvent(account.id(), event.name(), event.id(), event.json(), clock.instant());
        return switch (outbox.add(stored)) {
            case STORED -> {
                thread.wake();
                yield new Submission.Stored(event.id(), event.warnings());
            }
            case ALREADY_STORED -> new Submission.AlreadyStored(event.id());
            case FULL -> new Submission.NotStored("The outbox is full: is Pinterest reachable? See stats()");
        };
    }

    /** The type alone: a message may quote what the shop was handling. */
    private static Submission notStored(String what, RuntimeException trouble) {
        String cause = what + trouble.getClass().getName();
        LOG.log(Level.ERROR, "An event was not stored. {0}", cause);
        return new Submission.NotStored(cause);
    }

    /** Not for several threads. */
    public static final class Builder {
        private final Mode mode;
        private final AdAccount account;
        private final Outbox outbox;
        private URI api = PinterestApi.PRODUCTION;
        private @Nullable HttpClient http;
        private Clock clock = Clock.systemUTC();
        private Duration linger = Duration.ofSeconds(1);
        private Duration drainTime = Duration.ofSeconds(5);
        private DeliveryListener listener = (event, outcome) -> {};

        private Builder(Mode mode, AdAccount account, Outbox outbox) {
            this.mode = mode;
            this.account = account;
            this.outbox = outbox;
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

        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        /** How long an event waits for others to be sent with; 1 s by default. */
        public Builder linger(Duration time) {
            this.linger = time;
            return this;
        }

        /** How long {@link EpikClient#close()} tries to send what waits; 5 s by default. */
        public Builder drainTime(Duration time) {
            this.drainTime = time;
            return this;
        }

        public Builder listener(DeliveryListener theListener) {
            this.listener = theListener;
            return this;
        }

        /** Starts the thread that sends. */
        public EpikClient open() {
            return new EpikClient(this);
        }
    }
}
