// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Derives the result of a submit from the event, from what the outbox returned, or from a failure: pure functions. */
final class SubmitResults {
    private SubmitResults() {}

    /** Returns the result for an event that must not be stored in any ad account; empty if it may be stored. */
    static Optional<SubmitResult> refusal(@Nullable ConversionEvent event) {
        if (event == null) {
            return Optional.of(new SubmitResult.Failed("There is no event: null was submitted, or supplied"));
        }
        if (event.consent() != Visit.Consent.GRANTED) {
            return Optional.of(new SubmitResult.NoConsent(event.consentReason()));
        }
        return event.errors().isEmpty() ? Optional.empty() : Optional.of(new SubmitResult.Invalid(event.problems()));
    }

    static SubmitResult of(ConversionEvent event, EventStore.Added added) {
        return switch (added) {
            case STORED -> new SubmitResult.Stored(event.id(), event.warnings());
            case ALREADY_STORED -> new SubmitResult.Duplicate(event.id());
            case ALREADY_DELIVERED -> new SubmitResult.Duplicate(event.id(), SubmitResult.Duplicate.State.DELIVERED);
            case ALREADY_DEAD -> new SubmitResult.Duplicate(event.id(), SubmitResult.Duplicate.State.DEAD);
            case FULL ->
                new SubmitResult.Failed(
                        "The outbox is full: is Pinterest reachable, and its disk or database quick enough? See stats()");
        };
    }

    /** Returns the result for a failure of the outbox. */
    static SubmitResult failed(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return new SubmitResult.Failed(
                "The outbox failed: " + describe(cause),
                !(cause instanceof OutboxException ours) || ours.isMaybeStored());
    }

    /**
     * Returns the result for a failure of code that is not ours, and restores the interrupt if it is an
     * InterruptedException that was thrown without being declared.
     *
     * @throws Error if {@link JvmErrors} names it
     */
    static SubmitResult contained(Throwable e) {
        contain(e);
        return failed(e);
    }

    /**
     * Returns the result for a failure of the code that builds the event.
     *
     * @throws Error if {@link JvmErrors} names it
     */
    static SubmitResult notBuilt(Throwable e) {
        contain(e);
        String cause = e instanceof EpikException ? describe(e) : e.getClass().getName() + firstFrameOfTheShop(e);
        return new SubmitResult.Failed("Building the event failed: " + cause);
    }

    private static String firstFrameOfTheShop(Throwable e) {
        for (StackTraceElement frame : e.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("dev.epik.capi.event.")) {
                return " at " + frame;
            }
        }
        return "";
    }

    /**
     * Restores the interrupt if the exception is an InterruptedException that was thrown without being declared.
     *
     * @throws Error if {@link JvmErrors} names it
     */
    static void contain(Throwable e) {
        JvmErrors.rethrow(e);
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns the message of an exception of ours, which names the cure. Of any other failure it returns only the type,
     * because the message may quote personal data.
     */
    static String describe(Throwable e) {
        return e instanceof EpikException
                ? String.valueOf(e.getMessage())
                : e.getClass().getName();
    }
}
