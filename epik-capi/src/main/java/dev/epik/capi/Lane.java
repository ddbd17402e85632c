// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.delivery.DispatchThread;
import dev.epik.capi.delivery.Dispatcher;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.PinterestApi;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** One ad account's way from the outbox to Pinterest: trouble with one account holds up no other. */
final class Lane implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Lane.class.getName());

    private final String name;
    private final AdAccount account;
    private final PinterestApi api;
    private final Dispatcher dispatcher;
    private final DispatchThread thread;

    Lane(String name, AdAccount account, EpikClient.Builder options) {
        this.name = name;
        this.account = account;
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

    void wake() {
        thread.wake();
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
