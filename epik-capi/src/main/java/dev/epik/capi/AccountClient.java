// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Reports conversion events to one ad account of an {@link EpikClient}. {@link EpikClient#account(String)} returns one;
 * the client itself is that of its default ad account.
 *
 * <p><b>Threads.</b> Thread-safe.
 *
 * <p><b>Lifetime.</b> Holds nothing to close. After {@link EpikClient#close()} every submit returns
 * {@link SubmitResult.Failed}.
 *
 * <p><b>In a checkout.</b> {@code submit} stores the event and returns. It never waits for Pinterest. It throws
 * nothing, with two exceptions: an {@link OutOfMemoryError} or another error of the JVM, and, with a transaction of the
 * caller's, the {@link SQLException} by which the database reports that it has discarded that transaction. Every other
 * failure is a {@link SubmitResult.Failed}.
 *
 * <p><b>In a crash.</b> A stored event is as safe as the outbox documents; a {@link dev.epik.capi.outbox.MemoryOutbox}
 * loses it. An event may be sent twice after a crash. Its id is the same, and Pinterest counts it once.
 *
 * <p><b>Submitted twice.</b> The outbox decides, each time: a reloaded thank-you page costs it one indexed look-up and
 * no write. An event that was cancelled, on any node, and one whose dead letter was removed, can be submitted again.
 */
public sealed class AccountClient permits EpikClient {
    final Supplier<ClientCore> core;
    private final String account;

    AccountClient(Supplier<ClientCore> core, String account) {
        this.core = core;
        this.account = account;
    }

    /** The result of cancelling an event. */
    public enum CancelResult {
        /** The event is removed, and its id may be submitted again. */
        CANCELLED,
        /**
         * The event was sent, or may be sent at this moment: its lease has not ended, or ended less than a minute ago.
         */
        TOO_LATE,
        /** There is no such event in the outbox. */
        UNKNOWN,
        /**
         * The event is removed if a worker reads this request before it sends the event. The answer of a store that
         * cannot look the event up, such as Kafka.
         */
        REQUESTED
    }

    /**
     * The result of a redrive.
     *
     * @param events the number of dead letters that wait again
     * @param expired the number of dead letters that were left as they are, because they happened over 48 hours ago
     */
    public record RedriveResult(int events, int expired) {}

    /**
     * Stores the event, or returns why it could not be stored. Waits for the outbox for at most the
     * {@link EpikClient.Builder#submitTimeout submit timeout}.
     *
     * @param event if null, the result is a {@code Failed}
     */
    public SubmitResult submit(ConversionEvent event) {
        return core.get().submits().submit(account, event);
    }

    /** Builds the event and stores it; see {@link #submit(ConversionEvent)}. */
    public SubmitResult submit(ConversionEvent.Builder event) {
        return submit(() -> event);
    }

    /**
     * Builds the event that the supplier returns, and stores it; see {@link #submit(ConversionEvent)}. Anything that
     * the supplier throws becomes a {@code Failed}, so that a mistake in the code that collects the data cannot break
     * an order.
     */
    public SubmitResult submit(Supplier<ConversionEvent.Builder> event) {
        return core.get().submits().submit(account, event);
    }

    /**
     * Stores the event without waiting, unless the queue of the outbox is full. The future never completes
     * exceptionally. A {@code JdbcOutbox} completes it by the {@link EpikClient.Builder#submitTimeout submit timeout};
     * other outboxes have none here. Code that depends on the future runs on a thread of the outbox and must not wait.
     */
    public CompletableFuture<SubmitResult> submitAsync(ConversionEvent event) {
        return core.get().submits().submitAsync(account, event);
    }

    /**
     * Stores many events at once, such as those of an import, 500 at a time. The
     * {@link EpikClient.Builder#submitTimeout submit timeout} holds for each 500. If none of them could be stored, the
     * rest is not tried. Events that are submitted one by one are stored first.
     *
     * @return the results, in the order of the events; one {@code Failed} if the list itself cannot be read
     */
    public List<SubmitResult> submitAll(List<ConversionEvent> events) {
        return core.get().submits().submitAll(account, events);
    }

    /**
     * Stores the event in a transaction of the caller's. It is sent if that transaction is committed: within a minute,
     * or at once if {@link #wake} is called after the commit. Needs a {@link dev.epik.capi.outbox.JdbcOutbox}; its
     * {@code add(Connection, …)} documents auto-commit and JTA.
     *
     * @throws SQLException if the database has discarded the transaction, or if that cannot be ruled out: roll back,
     *     otherwise a commit may keep half an order
     * @throws EpikException if the client was opened with another outbox
     */
    public SubmitResult submit(Connection transaction, ConversionEvent event) throws SQLException {
        return core.get().submits().submit(transaction, account, event);
    }

    /**
     * Makes delivery look for events of the ad account now. Call it after the commit of a transaction that has stored
     * one. Never needed: a committed event is found within a minute. Never waits and never throws; an unknown ad
     * account is ignored.
     */
    public void wake() {
        core.get().wake(account);
    }

    /**
     * Removes an event that was not sent yet, or that is a dead letter. Its id may then be submitted again.
     *
     * @param name as Pinterest spells it, such as {@code checkout}
     * @param eventId with or without the spaces around it that {@code submit} removes
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public CancelResult cancel(String name, String eventId) {
        return core.get().cancel(account, name, eventId);
    }

    /**
     * Returns at most {@code max} dead letters, the newest first; empty if there are none.
     *
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public List<DeadLetter> deadLetters(int max) {
        return core.get().deadLetters(account, max);
    }

    /**
     * Makes the dead letters with this event id wait again, whatever their name, with an empty history.
     *
     * @param scope whether dead letters that happened over 48 hours ago are included
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public RedriveResult redrive(String eventId, DeadLetter.Scope scope) {
        return core.get().redrive(account, new DeadLetter.Which.OfId(eventId), scope);
    }

    /**
     * Makes all dead letters of the ad account wait again, with an empty history.
     *
     * @param scope whether dead letters that happened over 48 hours ago are included
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public RedriveResult redriveAll(DeadLetter.Scope scope) {
        return core.get().redrive(account, new DeadLetter.Which.All(), scope);
    }

    /**
     * Ends the pause of the ad account and tries again at once, for an operator who knows that the cause is gone. This
     * is never needed: a pause ends by itself after at most an hour, whatever Pinterest or a token source asked for.
     * The token source is asked again and may ask for another pause; {@code OAuthTokens} does so until its next renewal
     * is due.
     *
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public void resume() {
        core.get().resume(account);
    }

    /**
     * Sends the events that are ready, without waiting for the linger time, and waits for those that are not. For
     * programs that send and end, such as a nightly job; in a web application delivery runs by itself.
     *
     * @param max how long to wait while events of the ad account are not ready, such as in a pause. If nothing waits
     *     any more, it returns earlier. A request in flight is awaited for at most 3 minutes in addition
     * @return how many events of the ad account still wait
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public int deliverPending(Duration max) throws InterruptedException {
        return core.get().deliverPending(account, max);
    }

    /**
     * Returns the state of the ad account. Queries the outbox, so do not call it for every request.
     *
     * @throws EpikException if the ad account is unknown, the client is closed, or the outbox fails
     */
    public DeliveryStats stats() {
        return core.get().stats(account);
    }
}
