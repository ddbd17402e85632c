// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Problem;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Logs the losses of submits: every event that was not stored, invalid events at most once a minute for the same
 * fields, and submits of dead letters and of old visits at most once a minute. A line names the event and the fields,
 * never a value. Thread-safe.
 */
final class SubmitLog {
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);
    private static final int MAX_LINES = 100;

    /** The key of dead letters in {@link #lines}. No field has this name. */
    private static final String DEAD = "a dead letter";

    /** The key of visits that are too old. No field has this name either. */
    private static final String OLD = "an old visit";

    private static final int MAX_IDS = 20;

    private final Logger log;
    private final LongSupplier nanos;

    /** When a line about these invalid fields, about {@link #DEAD} or about {@link #OLD}, was last logged. */
    private final Map<String, Long> lines = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_LINES;
        }
    };

    /** @param nanos the monotonic clock */
    SubmitLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /**
     * Logs the result of one event, and returns it.
     *
     * @param event null if there was none
     * @param closedBecause a result with this cause is not logged: the client was closed on purpose
     */
    SubmitResult answered(SubmitResult answer, @Nullable ConversionEvent event, String closedBecause) {
        if (answer instanceof SubmitResult.Failed lost && !lost.cause().equals(closedBecause)) {
            ContainedLog.log(log, Level.ERROR, "{0} was not stored. {1}", describe(event), lost.cause());
        } else if (answer instanceof SubmitResult.Invalid why) {
            logInvalid(why, event);
        } else if (isDead(answer)) {
            logDead(event);
        }
        return answer;
    }

    /** Logs one line for each cause among the results of many events, and returns the results. */
    List<SubmitResult> answered(
            List<SubmitResult> answers, List<? extends @Nullable ConversionEvent> events, String closedBecause) {
        Map<String, LostEvents> lost = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            SubmitResult answer = answers.get(i);
            ConversionEvent event = i < events.size() ? events.get(i) : null;
            if (answer instanceof SubmitResult.Failed each) {
                if (!each.cause().equals(closedBecause)) {
                    lost.computeIfAbsent(each.cause(), cause -> new LostEvents())
                            .add(event);
                }
            } else {
                answered(answer, event, closedBecause);
            }
        }
        lost.forEach((cause, some) -> ContainedLog.log(
                log, Level.ERROR, "{0} events were not stored: {1}. {2}", some.count, some.names, cause));
        return answers;
    }

    private static final class LostEvents {
        private int count;
        private String names = "";

        void add(@Nullable ConversionEvent event) {
            count++;
            if (count <= MAX_IDS) {
                names += (names.isEmpty() ? "" : ", ") + describe(event);
            } else if (count == MAX_IDS + 1) {
                names += ", …";
            }
        }
    }

    private static boolean isDead(SubmitResult answer) {
        return answer instanceof SubmitResult.Duplicate before && before.isDead();
    }

    private void logDead(@Nullable ConversionEvent event) {
        if (isLogDue(DEAD)) {
            ContainedLog.log(
                    log,
                    Level.WARNING,
                    "{0} was submitted again, but is a dead letter and is not sent. deadLetters(…) returns the"
                            + " reason; correct that, then redrive(…) makes it wait again."
                            + " (Logged once a minute; submitCounts().dead() counts all)",
                    describe(event));
        }
    }

    /** Logs an event whose visit had consent and is too old. Other events without consent are not logged. */
    void visitTooOld(ConversionEvent event) {
        if (isLogDue(OLD)) {
            ContainedLog.log(
                    log,
                    Level.WARNING,
                    "{0} was not stored. The consent: {1}. (Logged once a minute; submitCounts().noConsent() counts all)",
                    describe(event),
                    event.consentReason());
        }
    }

    private void logInvalid(SubmitResult.Invalid why, @Nullable ConversionEvent event) {
        String fields = why.problems().stream()
                .filter(Problem::isError)
                .map(Problem::field)
                .distinct()
                .collect(Collectors.joining(", "));
        if (isLogDue(fields)) {
            ContainedLog.log(
                    log,
                    Level.WARNING,
                    "{0} was not stored, because Pinterest would refuse it for: {1}. SubmitResult.Invalid.problems() has"
                            + " the cure. (Logged once a minute for the same fields)",
                    describe(event),
                    fields);
        }
    }

    private synchronized boolean isLogDue(String fields) {
        long now = nanos.getAsLong();
        Long before = lines.get(fields);
        if (before != null && now - before < MIN_INTERVAL.toNanos()) {
            return false;
        }
        lines.remove(fields);
        lines.put(fields, now);
        return true;
    }

    private static String describe(@Nullable ConversionEvent event) {
        return event == null ? "An event" : "The event " + event.name() + " " + event.id();
    }
}
