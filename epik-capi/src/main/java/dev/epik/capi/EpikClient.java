// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.epik.capi.delivery.DeliveryListener;
import dev.epik.capi.delivery.DeliveryStats;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
 * <p><b>Submitted twice.</b> The outbox decides; what it stored lately is remembered in front of it, so that a thank-you page that
 * is reloaded costs it nothing. A submit that failed is remembered nowhere: it can be tried again.
 */
public final class EpikClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    /** The name of the ad account that the client was opened with. */
    public static final String MAIN = "main";

    /** About two megabytes. */
    private static final int REMEMBERED = 10_000;

    private final Outbox outbox;
    private final Clock clock;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    /** Filled only with what the outbox has answered for; on its own threads it does nothing. */
    private final Cache<StoredEvent.Key, Boolean> stored = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    private volatile boolean closed;

    private EpikClient(Builder options) {
        this.outbox = options.outbox;
        this.clock = options.clock;
        options.accounts.forEach((name, account) -> lanes.put(name, new Lane(name, account, options)));
        lanes.values().forEach(Lane::start);
    }

    /** All three are a decision of the shop's, so none has a default. */
    public static Builder builder(Mode mode, AdAccount account, Outbox outbox) {
        return new Builder(mode, account, outbox);
    }

    /** Stores the event for the main ad account, or says why not. Never throws at bad data, never waits for Pinterest. */
    public Submission submit(ConversionEvent event) {
        return submit(MAIN, event);
    }

    /** As {@link #submit(ConversionEvent)}, and shields the checkout from whatever building the event throws. */
    public Submission submit(Supplier<ConversionEvent> event) {
        return submit(MAIN, event);
    }

    /** As {@link #submit(ConversionEvent)}, for the ad account of this name. */
    public Submission submit(String account, ConversionEvent event) {
        if (event.consent() != Visit.Consent.GRANTED) {
            return new Submission.NotSent(event.consentReason());
        }
        if (!event.refusals().isEmpty()) {
            return new Submission.Refused(event.refusals());
        }
        Lane lane = lanes.get(account);
        if (lane == null) {
            return notStored("There is no ad account of this name; the client was opened with " + lanes.keySet());
        }
        if (closed) {
            return new Submission.NotStored("The client is closed: submit before the application stops");
        }
        try {
            return store(lane, event);
        } catch (RuntimeException trouble) {
            // the type alone: a message may quote what the shop was handling
            return notStored("The outbox failed: " + trouble.getClass().getName());
        }
    }

    /** As {@link #submit(Supplier)}, for the ad account of this name. */
    public Submission submit(String account, Supplier<ConversionEvent> event) {
        ConversionEvent built;
        try {
            built = event.get();
        } catch (RuntimeException bug) {
            return notStored("Building the event failed: " + bug.getClass().getName() + where(bug));
        }
        return submit(account, built);
    }

    /** Of all ad accounts together; paused where one of them is. */
    public DeliveryStats stats() {
        return lanes.values().stream()
                .map(Lane::stats)
                .reduce(DeliveryStats::and)
                .orElseThrow();
    }

    /**
     * Of one ad account.
     *
     * @throws EpikException where the client was opened with none of this name
     */
    public DeliveryStats stats(String account) {
        Lane lane = lanes.get(account);
        if (lane == null) {
            throw new EpikException(
                    "There is no ad account \"" + account + "\"; the client was opened with " + lanes.keySet());
        }
        return lane.stats();
    }

    /** Takes no more events, tries to send what waits for the drain time (5 s by default), and ends its threads. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lanes.values().forEach(Lane::stop);
        lanes.values().forEach(Lane::close);
    }

    private Submission store(Lane lane, ConversionEvent event) {
        StoredEvent candidate =
                new StoredEvent(lane.accountId(), event.name(), event.id(), event.json(), clock.instant());
        if (stored.getIfPresent(candidate.key()) != null) {
            return new Submission.AlreadyStored(event.id());
        }
        return switch (outbox.add(candidate)) {
            case STORED -> {
                stored.put(candidate.key(), true);
                lane.wake();
                yield new Submission.Stored(event.id(), event.warnings());
            }
            case ALREADY_STORED -> {
                stored.put(candidate.key(), true);
                yield new Submission.AlreadyStored(event.id());
            }
            case FULL -> new Submission.NotStored("The outbox is full: is Pinterest reachable? See stats()");
        };
    }

    private static Submission notStored(String cause) {
        LOG.log(Level.ERROR, "An event was not stored. {0}", cause);
        return new Submission.NotStored(cause);
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

        Clock clock = Clock.systemUTC();
        Duration linger = Duration.ofSeconds(1);
        Duration drainTime = Duration.ofSeconds(5);
        DeliveryListener listener = (event, outcome) -> {};

        private Builder(Mode mode, AdAccount account, Outbox outbox) {
            this.mode = mode;
            this.outbox = outbox;
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

        /** Starts the threads that send. */
        public EpikClient open() {
            return new EpikClient(this);
        }
    }
}
