// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The request of one ad account: asks for a token, sends, and sends once more with another token after a 401. Each wait
 * has a deadline, so that a missing answer ends it too. An answer after the deadline is ignored. Not thread-safe: all
 * methods are for the delivery thread.
 */
final class AccountRequest {
    /** A limit in case the deadline of the HTTP exchange (30 s) does not work. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(35);

    /** A limit in case the limit of the token pool (10 s) does not work. */
    private static final Duration TOKEN_LIMIT = Duration.ofSeconds(15);

    private static final int UNAUTHORIZED = 401;

    /** A future that never completes. */
    private static final CompletableFuture<?> NOTHING = new CompletableFuture<>();

    private enum State {
        IDLE,
        /** A token was asked for. */
        TOKEN,
        SENDING,
        /** Another token was asked for after a 401, for the same events. */
        RENEWING
    }

    /** Receives the results. */
    interface Listener {
        void onToken(TokenResult answer);

        void onReply(Sending sending, Reply reply, Duration took);
    }

    /**
     * The events that are sent, in one request or in two if the token is renewed.
     *
     * @param refusal the 401 of the first request; empty before it
     */
    private record Exchange(
            Sending sending, AdAccount account, AccessToken token, Optional<Reply.Pause> refusal, long startedNanos) {}

    private final AccountDelivery account;
    private final DeliveryEngine engine;
    private final Listener listener;
    private State state = State.IDLE;
    private long deadlineNanos;

    /** The number of waits. The answer to an earlier wait is ignored. */
    private long generation;

    private @Nullable Exchange exchange;

    /** The awaited answer, and the code that handles it. */
    private CompletableFuture<?> awaited = NOTHING;

    private Runnable continuation = () -> {};

    AccountRequest(AccountDelivery account, DeliveryEngine engine, Listener listener) {
        this.account = account;
        this.engine = engine;
        this.listener = listener;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Asks for a token. Returns an answer that is there at once; empty if the listener receives it later. */
    Optional<TokenResult> askForToken(AdAccount adAccount) {
        CompletableFuture<TokenResult> answer = ask(() -> engine.tokens.token(adAccount));
        if (answer.isDone()) {
            return Optional.of(token(answer));
        }
        begin(State.TOKEN, TOKEN_LIMIT);
        whenDone(answer, State.TOKEN, () -> listener.onToken(token(answer)));
        return Optional.empty();
    }

    void send(AdAccount adAccount, AccessToken token, Sending sending) {
        post(new Exchange(sending, adAccount, token, Optional.empty(), engine.time.nanos()));
    }

    /** Ends a wait whose deadline is over. An answer that has arrived counts, even after the deadline. */
    void checkDeadline() {
        if (awaited.isDone()) {
            Runnable goOn = continuation;
            end();
            goOn.run();
            return;
        }
        long left = deadlineNanos - engine.time.nanos();
        if (left > 0) {
            engine.schedule(account, Duration.ofNanos(left));
            return;
        }
        State before = end();
        Unavailable noToken = Unavailable.needsOperator("The token source does not answer.");
        switch (before) {
            case TOKEN -> listener.onToken(noToken);
            case SENDING ->
                answered(Reply.Pause.noAnswer(
                        "Pinterest cannot be reached: no answer within " + ANSWER_LIMIT.toSeconds() + " s."));
            case RENEWING -> renewed(noToken);
            case IDLE -> {
                // nothing is awaited
            }
        }
    }

    /** Stops waiting; returns the events in flight, if any. */
    Optional<Sending> abandon() {
        Optional<Sending> open = Optional.ofNullable(exchange).map(Exchange::sending);
        exchange = null;
        end();
        return open;
    }

    private void post(Exchange next) {
        exchange = next;
        begin(State.SENDING, ANSWER_LIMIT);
        CompletableFuture<Reply> answer;
        try {
            answer = engine.api.send(
                    account.adAccount,
                    next.token(),
                    next.sending().events().stream()
                            .map(claimed -> claimed.event().json())
                            .toList());
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Reply> future = answer;
        whenDone(future, State.SENDING, () -> answered(reply(future)));
    }

    private void answered(Reply reply) {
        Exchange done = exchange;
        if (done == null) {
            return;
        }
        if (reply instanceof Reply.Pause pause
                && pause.status() == UNAUTHORIZED
                && done.refusal().isEmpty()) {
            exchange =
                    new Exchange(done.sending(), done.account(), done.token(), Optional.of(pause), done.startedNanos());
            CompletableFuture<TokenResult> answer = ask(() -> engine.tokens.renewed(done.account(), done.token()));
            begin(State.RENEWING, TOKEN_LIMIT);
            whenDone(answer, State.RENEWING, () -> renewed(token(answer)));
            return;
        }
        finish(done, reply);
    }

    /** Sends the same events again if there is another token and their lease allows it; otherwise the 401 counts. */
    private void renewed(TokenResult answer) {
        Exchange done = exchange;
        if (done == null) {
            return;
        }
        if (answer instanceof AccessToken other
                && !other.equals(done.token())
                && done.sending().lease().allowsRequest(engine.time)) {
            post(new Exchange(done.sending(), done.account(), other, done.refusal(), done.startedNanos()));
            return;
        }
        Reply.Pause refusal = done.refusal().orElseThrow();
        finish(done, answer instanceof Unavailable none ? Reply.Pause.unauthorized(none) : refusal);
    }

    private void finish(Exchange done, Reply reply) {
        exchange = null;
        listener.onReply(done.sending(), reply, Duration.ofNanos(engine.time.nanos() - done.startedNanos()));
    }

    private void begin(State next, Duration limit) {
        state = next;
        generation++;
        deadlineNanos = engine.time.nanos() + limit.toNanos();
        engine.schedule(account, limit);
    }

    private State end() {
        State before = state;
        state = State.IDLE;
        generation++;
        awaited = NOTHING;
        continuation = () -> {};
        return before;
    }

    /** Handles the answer on the delivery thread, unless the wait has ended before. */
    private void whenDone(CompletableFuture<?> answer, State expected, Runnable goOn) {
        long asked = generation;
        awaited = answer;
        continuation = goOn;
        engine.whenDone(answer, () -> {
            if (generation == asked && state == expected) {
                end();
                goOn.run();
            }
        });
    }

    private static CompletableFuture<TokenResult> ask(Supplier<CompletableFuture<TokenResult>> call) {
        try {
            return call.get();
        } catch (Throwable e) { // a token source is code of the application
            return CompletableFuture.failedFuture(e);
        }
    }

    private static TokenResult token(CompletableFuture<TokenResult> answer) {
        try {
            TokenResult token = answer.getNow(null);
            return token == null ? Unavailable.needsOperator("The token source failed: no token.") : token;
        } catch (Throwable e) {
            return Unavailable.needsOperator("The token source failed: " + typeOf(e) + ".");
        }
    }

    private static Reply reply(CompletableFuture<Reply> answer) {
        try {
            Reply reply = answer.getNow(null);
            return reply == null ? Reply.Pause.sendingFailed("Sending failed: no reply.") : reply;
        } catch (Throwable e) { // of our code, or of an HTTP client that the application supplied
            return Reply.Pause.sendingFailed("Sending failed: " + typeOf(e) + ".");
        }
    }

    private static String typeOf(Throwable e) {
        return (e.getCause() == null ? e : e.getCause()).getClass().getName();
    }
}
