// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.config.DurationSetting;
import java.time.Duration;
import java.util.Objects;

/**
 * The settings that decide how much of an event is stored and sent. They are applied once, before the event is stored,
 * so the outbox never contains what they leave out:
 *
 * <pre>{@code
 * EpikClient.builder(mode, account, outbox)
 *         .privacy(PrivacySettings.defaults().withPageUrl(PageUrl.ORIGIN).withItemNames(false))
 * }</pre>
 *
 * <p>They do not change {@link ConversionEvent#browserTag()}, nor {@link Visit#toText()}. Immutable.
 */
public final class PrivacySettings {
    private static final PrivacySettings DEFAULTS =
            new PrivacySettings(PageUrl.FULL, true, true, Duration.ofDays(180), UsOptOut.DROP);

    private final PageUrl pageUrl;
    private final boolean itemNames;
    private final boolean searchString;
    private final Duration maxVisitAge;
    private final UsOptOut usOptOut;

    private PrivacySettings(
            PageUrl pageUrl, boolean itemNames, boolean searchString, Duration maxVisitAge, UsOptOut usOptOut) {
        this.pageUrl = pageUrl;
        this.itemNames = itemNames;
        this.searchString = searchString;
        this.maxVisitAge = maxVisitAge;
        this.usOptOut = usOptOut;
    }

    /** How much of the page's URL is sent. */
    public enum PageUrl {
        /** Scheme, host, path, {@code epik} and {@code utm_*}. */
        FULL,
        /** Scheme and host, such as {@code https://shop.example/}. */
        ORIGIN,
        /** Nothing. Pinterest does not require the URL. */
        OFF
    }

    /** What happens to the event of a visitor who opted out under the law of a US state. */
    public enum UsOptOut {
        /** It is not stored. */
        DROP,
        /**
         * It is sent with Pinterest's Limited Data Processing and without its click id, if all of this holds:
         *
         * <ul>
         *   <li>The denial is an opt-out: its reason is {@link Visit#SEC_GPC} or {@link Visit#US_PRIVACY}. Any other
         *       denial, such as that of a banner, is never sent.
         *   <li>The customer's country is the US, and the customer's state has a privacy law: CA, CO, CT, DE, IA, IN,
         *       KY, MD, MN, MT, NE, NH, NJ, OR, RI, TN, TX, UT or VA.
         * </ul>
         */
        LDP
    }

    /** Returns the defaults: everything is sent, a visit counts for 180 days, and opt-outs are not stored. */
    public static PrivacySettings defaults() {
        return DEFAULTS;
    }

    /** Sets how much of the page's URL is sent; {@link PageUrl#FULL} by default. */
    public PrivacySettings withPageUrl(PageUrl detail) {
        return new PrivacySettings(
                Objects.requireNonNull(detail, "pageUrl"), itemNames, searchString, maxVisitAge, usOptOut);
    }

    /**
     * Sets whether the names of items and {@code contentName} are sent; true by default. Ids, categories and brands are
     * always sent if the event has them.
     */
    public PrivacySettings withItemNames(boolean sent) {
        return new PrivacySettings(pageUrl, sent, searchString, maxVisitAge, usOptOut);
    }

    /** Sets whether the text of a search is sent; true by default. */
    public PrivacySettings withSearchString(boolean sent) {
        return new PrivacySettings(pageUrl, itemNames, sent, maxVisitAge, usOptOut);
    }

    /**
     * Sets the age from which a visit's consent counts as unknown, so that the event is not stored; 180 days by
     * default, for which the visitor's browser remembers the answer too. From 1 minute to 10 years; a value outside of
     * this range is set to the nearest end of it. The age is the time from {@link Visit#consentTime()} to the submit. A
     * visit without that time is not too old.
     */
    public PrivacySettings withMaxVisitAge(Duration age) {
        return new PrivacySettings(
                pageUrl, itemNames, searchString, DurationSetting.MAX_VISIT_AGE.clamp(age), usOptOut);
    }

    /** Sets what happens to the event of a visitor who opted out in the US; {@link UsOptOut#DROP} by default. */
    public PrivacySettings withUsOptOut(UsOptOut what) {
        return new PrivacySettings(
                pageUrl, itemNames, searchString, maxVisitAge, Objects.requireNonNull(what, "usOptOut"));
    }

    PageUrl pageUrl() {
        return pageUrl;
    }

    boolean sendsItemNames() {
        return itemNames;
    }

    boolean sendsSearchString() {
        return searchString;
    }

    Duration maxVisitAge() {
        return maxVisitAge;
    }

    UsOptOut usOptOut() {
        return usOptOut;
    }

    /** Returns whether all values of an event are sent. */
    boolean isComplete() {
        return pageUrl == PageUrl.FULL && itemNames && searchString;
    }

    @Override
    public String toString() {
        return "PrivacySettings[pageUrl=" + pageUrl + ", itemNames=" + itemNames + ", searchString=" + searchString
                + ", maxVisitAge=" + maxVisitAge + ", usOptOut=" + usOptOut + "]";
    }
}
