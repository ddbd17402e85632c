// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.delivery.DispatchThread;
import dev.epik.capi.delivery.Dispatcher;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.PinterestApi;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One ad account's way from the outbox to Pinterest: trouble with one account holds up no other. */
final class Lane implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Lane.class.getName());

    /** About two megabytes for each ad account. */
    private static final int REMEMBERED = 10_000;

    private final String name;
    private final AdAccount account;
    private final PinterestApi api;
    private final Dispatcher dispatcher;
    private final DispatchThread thread;
    private final Outbox outbox;

    /** Filled only with what the outbox has answered for; on its own threads it does nothing. */
    private final Cache<StoredEvent.Key, Boolean> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    Lane(String name, AdAccount account, EpikClient.Builder options) {
        this.name = name;
        this.account = account;
        this.outbox = options.outbox;
        this.api = new PinterestApi(options.api, account, options.mode, options.http);
        this.dispatcher = new Dispatcher(account.id(), options.outbox, api, options.delivery);
        this.thread = new DispatchThread(dispatcher, options.drainTime);
    }

    String accountId() {
        return account.id();
    }

    StoredEvent stored(ConversionEvent event) {
        return StoredEvent.of(account.id(), event);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Submission> store(ConversionEvent event) {
        StoredEvent candidate = stored(event);
        StoredEvent.Key key = candidate.key();
        if (known.getIfPresent(key) != null) {
            return CompletableFuture.completedFuture(new Submission.AlreadyStored(event.id()));
        }
        return outbox.add(candidate).thenApply(added -> {
            if (added != Outbox.Added.FULL) {
                known.put(key, true);
            }
            thread.wake(added == Outbox.Added.STORED ? 1 : 0);
            return answer(event, added);
        });
    }

    /** In the events' order. Not remembered in front of the outbox: an import would drive out what is reloaded. */
    CompletableFuture<List<Submission>> storeAll(List<ConversionEvent> events) {
        return outbox.addAll(events.stream().map(this::stored).toList()).thenApply(added -> {
            thread.wake(Collections.frequency(added, Outbox.Added.STORED));
            return IntStream.range(0, events.size())
                    .mapToObj(i -> answer(events.get(i), added.get(i)))
                    .toList();
        });
    }

    static Submission answer(ConversionEvent event, Outbox.Added added) {
        return switch (added) {
            case STORED -> new Submission.Stored(event.id(), event.warnings());
            case ALREADY_STORED -> new Submission.AlreadyStored(event.id());
            case FULL ->
                new Submission.NotStored(
                        "The outbox is full: is Pinterest reachable, and its disk quick enough? See stats()");
        };
    }

    /** It may be stored again. */
    void forget(StoredEvent.Key key) {
        known.invalidate(key);
    }

    /** Some have been stored by another way. */
    void wake() {
        thread.wake(1);
    }

    void lookNow() {
        thread.lookNow();
    }

    DeliveryStats stats() {
        return dispatcher.stats();
    }

    void stop() {
        thread.stop();
    }

    @Override
    public void close() {
        thread.close();
        api.close();
        DeliveryStats left = stats();
        if (left.waiting() > 0) {
            LOG.log(
                    Level.WARNING,
                    "Closed with {0} events unsent for ad account {1} ({2}){3}",
                    left.waiting(),
                    account.id(),
                    name,
                    left.pauseReason().isEmpty() ? "" : ": " + left.pauseReason());
        }
    }
}
