// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.rules.OptOutRules;
import dev.epik.capi.event.visit.PageUrl;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Applies {@link Privacy} to an event: whether it may be stored, and which values of it. Pure functions. */
final class PrivacyRules {
    private static final String NO_STATE_LAW =
            ". Limited Data Processing needs a customer in the US, and in a state with a privacy law";

    private PrivacyRules() {}

    static ConversionEvent apply(ConversionEvent event, Privacy settings, Instant now) {
        boolean isOptOut = isLimited(event, settings);
        if (event.consent() != Visit.Consent.GRANTED && !isOptOut) {
            return event;
        }
        String tooOld = tooOld(event.consentTime(), settings.maxVisitAge(), now);
        if (!tooOld.isEmpty()) {
            return event.with(Visit.Consent.UNKNOWN, event.consentReason() + tooOld);
        }
        if (isOptOut && !OptOutRules.hasStateLaw(event.draft().hashes)) {
            return event.with(Visit.Consent.DENIED, event.consentReason() + NO_STATE_LAW);
        }
        if (!isOptOut && settings.isComplete()) {
            return event; // nearly always
        }
        EventDraft values = event.draft().copy();
        if (isOptOut) {
            limit(values);
        }
        minimise(values, settings);
        return event.with(values, event.consentReason());
    }

    private static boolean isLimited(ConversionEvent event, Privacy settings) {
        return settings.usOptOut() == Privacy.UsOptOut.LDP
                && event.consent() == Visit.Consent.DENIED
                && OptOutRules.isOptOut(event.consentReason());
    }

    /** Returns why the visit is too old, as the end of a sentence; empty if it is not. */
    private static String tooOld(@Nullable Instant read, Duration max, Instant now) {
        if (read == null || Duration.between(read, now).compareTo(max) <= 0) {
            return "";
        }
        Instant shown = read.isBefore(Instant.EPOCH) ? Instant.EPOCH : read; // a date has no year before -999,999,999
        return ". It was read on " + LocalDate.ofInstant(shown, ZoneOffset.UTC)
                + ", and maxVisitAge (epik.visit.max-age) is " + text(max)
                + ": report the event with a newer visit, or set a higher age";
    }

    /** Returns a time in the largest unit that has a whole number, such as 180 days. */
    private static String text(Duration time) {
        if (time.equals(Duration.ofDays(time.toDays()))) {
            return time.toDays() + " days";
        }
        return time.equals(Duration.ofHours(time.toHours()))
                ? time.toHours() + " hours"
                : time.toMinutes() + " minutes";
    }

    /** Marks the event for Limited Data Processing, and removes the click id. The denial erases its cookie too. */
    private static void limit(EventDraft values) {
        values.limitedDataProcessing = true;
        values.clickId = null;
        values.pageUrl = values.pageUrl == null ? null : PageUrl.withoutQuery(values.pageUrl);
    }

    private static void minimise(EventDraft values, Privacy settings) {
        if (values.pageUrl != null) {
            values.pageUrl = switch (settings.pageUrl()) {
                case FULL -> values.pageUrl;
                case ORIGIN -> PageUrl.origin(values.pageUrl);
                case OFF -> null;
            };
        }
        if (!settings.sendsItemNames()) {
            values.items.replaceAll(LineItem::withoutName);
            values.contentName = null;
        }
        if (!settings.sendsSearchString()) {
            values.searchString = null;
        }
    }
}
