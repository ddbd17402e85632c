// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import dev.epik.ads.AdsException;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.capi.TokenSource;
import dev.epik.capi.pinterest.ApiCalls;
import dev.epik.capi.pinterest.ApiCalls.Answer;
import dev.epik.capi.pinterest.ApiCalls.Ending;
import dev.epik.capi.pinterest.ApiCalls.NoAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the Ads API. A read is repeated, a write only if it surely was not processed. Thread-safe. The caller's
 * thread waits.
 */
public final class AdsCalls implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final ApiCalls calls;
    private final TokenSource tokens;
    private final Pause pause;
    private volatile boolean closed;

    /** Waits between two tries. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Waits for this time.
         *
         * @throws InterruptedException if the thread is interrupted
         */
        void of(Duration time) throws InterruptedException;
    }

    /** @param pause waits; tests replace it */
    public AdsCalls(ApiCalls calls, TokenSource tokens, Pause pause) {
        this.calls = calls;
        this.tokens = tokens;
        this.pause = pause;
    }

    /**
     * Reads a JSON object.
     *
     * @param path the part after {@code /v5}, with the query
     * @return empty if there is none (404)
     * @throws AdsException if it cannot be read after some tries, or the thread is interrupted
     */
    public Optional<Fields> read(String path) {
        Answer answer = answer(path);
        Fields fields = Fields.of(json(answer));
        if (fields.json().isEmpty()) { // a 404 of a proxy is no answer of Pinterest
            throw new AdsException("Pinterest's answer to " + withoutQuery(path) + " (HTTP " + answer.status()
                    + ") has no fields: is there a proxy in between?");
        }
        return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(fields);
    }

    /**
     * Reads JSON of any form.
     *
     * @throws AdsException as {@link #read}, and for 404
     */
    public @Nullable Object readJson(String path) {
        Answer answer = answer(path);
        if (answer.status() == NOT_FOUND) {
            throw new AdsException("Pinterest does not know " + withoutQuery(path) + " (404): is the id right?");
        }
        return json(answer);
    }

    private Answer answer(String path) {
        return checked(repeated("GET", path, null, true), path);
    }

    /**
     * Sends a write, and repeats it only if it surely was not processed.
     *
     * @param method {@code POST} or {@code PATCH}
     * @throws AdsException if the thread is interrupted while it waits
     */
    public Ending write(String method, String path, Object json) {
        return repeated(method, path, Json.write(json), false);
    }

    /**
     * Sends a write that changes nothing if it is processed twice. It is repeated as a read is, also after an answer
     * that is not clear.
     *
     * @param method {@code POST} or {@code PATCH}
     * @throws AdsException if the thread is interrupted while it waits
     */
    public Ending writeRepeatable(String method, String path, Object json) {
        return repeated(method, path, Json.write(json), true);
    }

    private Ending repeated(String method, String path, @Nullable String body, boolean isRepeatable) {
        for (int tries = 1; ; tries++) {
            Ending ending = call(method, path, body);
            boolean isEnded = closed
                    || (ending instanceof NoAnswer && Thread.currentThread().isInterrupted());
            Optional<Duration> wait = isEnded ? Optional.empty() : Repetition.of(ending, tries, isRepeatable);
            if (wait.isEmpty()) {
                return ending;
            }
            await(wait.get());
        }
    }

    private Ending call(String method, String path, @Nullable String body) {
        try {
            return calls.call(tokens, method, path, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NoAnswer("The thread was interrupted", body != null);
        }
    }

    private void await(Duration time) {
        try {
            pause.of(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdsException("The thread was interrupted while it waited for Pinterest's rate limit");
        }
    }

    private static Answer checked(Ending ending, String path) {
        if (ending instanceof NoAnswer none) {
            throw new AdsException("Pinterest's " + withoutQuery(path) + " cannot be read. " + none.reason());
        }
        Answer answer = (Answer) ending;
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
            WriteOutcome outcome = WriteReading.ofObject(answer);
            String reason = outcome instanceof WriteOutcome.Refused refused
                    ? refused.message()
                    : ((WriteOutcome.Unclear) outcome).reason();
            throw new AdsException(
                    "Pinterest's " + withoutQuery(path) + " cannot be read: HTTP " + answer.status() + ", " + reason);
        }
        return answer;
    }

    private static @Nullable Object json(Answer answer) {
        try {
            return Json.read(answer.body());
        } catch (IOException e) {
            throw new AdsException("Pinterest's answer cannot be read (HTTP " + answer.status() + "): " + e.getMessage()
                    + ". Is there a proxy in between?");
        }
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    @Override
    public void close() {
        closed = true;
        calls.close();
    }
}
