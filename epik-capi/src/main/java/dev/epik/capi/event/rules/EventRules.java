// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.EventDraft.Source;
import dev.epik.capi.event.data.FieldWarning;
import dev.epik.capi.event.data.HashedKeys;
import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.event.normalize.Text;
import dev.epik.capi.pinterest.EventAge;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Checks whether an event can be sent, and what would improve it. Every message names the cure, none the value. */
public final class EventRules {
    /** The largest difference between the clocks of two machines. Pinterest takes no event from the future. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    /** The year 2100. A later time is one in milliseconds that was taken for seconds. */
    private static final Instant MAX_TIME = Instant.ofEpochSecond(4_102_444_800L);

    /** The year in which Pinterest began. */
    private static final Instant MIN_TIME = Instant.parse("2010-01-01T00:00:00Z");

    /** A unique key with an id of this length is possible in every supported database. */
    private static final int MAX_ID_LENGTH = 255;

    /** A batch of 1,000 events of this size still fits into one request. A sale has a few kilobytes. */
    private static final int MAX_JSON_LENGTH = 256 * 1024;

    private static final int MIN_MATCH_KEYS = 2;

    private static final Pattern PARTNER_NAME = Pattern.compile("ss-[a-z0-9_-]+|direct");

    private EventRules() {}

    /**
     * Checks an event.
     *
     * @param time when the event happened
     * @param now the time of this machine
     */
    public static void check(EventDraft event, Instant time, Instant now, ProblemReporter problems) {
        checkName(event, problems);
        checkId(event, problems);
        checkIdentity(event, problems);
        checkTime(time, now, problems);
        checkSource(event, problems);
        MoneyRules.check(event, problems);
        checkItems(event, problems);
        report(event.customerWarnings, problems);
        report(event.app.warnings(), problems);
        report(event.device.warnings(), problems);
        for (String field : event.placeholderFields) {
            problems.warning(
                    field, "is the text undefined, null or NaN, which scripts write for a missing value. Left out.");
        }
        for (String field : event.paddedFields) {
            problems.warning(
                    field,
                    "has spaces around it, as a CHAR column adds them. They are removed; a tag that is not written by"
                            + " browserTag() must send the id without them");
        }
        VisitRules.check(event, problems);
        checkDelay(event, time, now, problems);
        checkMatchKeys(event, problems);
        checkTexts(event, problems);
    }

    /** Checks the size of an event that has been written as JSON. */
    public static void checkSize(String json, ProblemReporter problems) {
        if (json.length() > MAX_JSON_LENGTH) {
            problems.error("event", "has over 256 kB: give fewer or shorter items, ids and texts");
        }
    }

    private static void report(List<FieldWarning> warnings, ProblemReporter problems) {
        for (FieldWarning warning : warnings) {
            problems.warning(warning.field(), warning.message());
        }
    }

    private static void checkName(EventDraft event, ProblemReporter problems) {
        if (event.advertiserDefined) {
            AdvertiserEvents.problem(event.name).ifPresent(problem -> problems.error("name", problem));
        } else if (!EventNames.isKnown(event.name)) {
            problems.error("name", EventNames.cure(event.name));
        }
    }

    private static void checkId(EventDraft event, ProblemReporter problems) {
        String id = event.id();
        if (!event.hasId()) {
            problems.error("id", "is empty: give the order number, or an id shared with the browser tag");
        } else if (Text.isPlaceholder(id)) {
            problems.error("id", "is the text undefined or null: all such events would count as one");
        } else if (!Text.isClean(id) || id.length() > MAX_ID_LENGTH) {
            problems.error("id", "has control characters or over 255 characters: give a plain id");
        }
    }

    /**
     * Checks Pinterest's published rule: {@code em}, or {@code hashed_maids}, or IP address and user agent together.
     */
    private static void checkIdentity(EventDraft event, ProblemReporter problems) {
        boolean browser = event.ip != null && event.userAgent != null;
        if (!event.hashes.has(MatchKey.EMAIL) && !event.hashes.has(MatchKey.MAID) && !browser) {
            problems.error(
                    "customer",
                    "cannot be matched: give an email, or a mobile advertising id, or a visit with IP address and user"
                            + " agent; a phone number or a click id alone is refused by Pinterest");
        }
    }

    private static void checkTime(Instant time, Instant now, ProblemReporter problems) {
        if (time.isAfter(MAX_TIME)) {
            problems.error("time", "is after the year 2100: were milliseconds taken for seconds?");
        } else if (time.isAfter(now.plus(MAX_CLOCK_DIFFERENCE))) {
            problems.error("time", "is in the future: check the clock of this machine");
        } else if (time.isBefore(MIN_TIME)) {
            problems.error("time", "is before 2010: give the time of the event, in whole seconds");
        }
    }

    private static void checkSource(EventDraft event, ProblemReporter problems) {
        boolean app = event.source == Source.APP_ANDROID || event.source == Source.APP_IOS;
        if (event.name.startsWith("app_") && EventNames.isKnown(event.name) && !app) {
            problems.error("actionSource", "must be APP_ANDROID or APP_IOS for an event of an app");
        }
    }

    private static void checkItems(EventDraft event, ProblemReporter problems) {
        long pieces = 0;
        for (int i = 0; i < event.items.size(); i++) {
            LineItem item = event.items.get(i);
            if (item.id().isEmpty()) {
                problems.warning(
                        itemField(i, "id"), "is empty: give the product's id in the catalogue. The item is left out.");
            }
            if (item.quantity() < 1) {
                problems.warning(itemField(i, "quantity"), "is below 1. The item is left out.");
            }
            MoneyRules.checkOptional(itemField(i, "price"), item.price(), problems);
            if (!item.isBrandIdSent()) {
                problems.warning(
                        itemField(i, "brandId"), "has over " + LineItem.MAX_BRAND_ID_LENGTH + " characters. Left out.");
            }
            pieces += item.isSendable() ? item.quantity() : 0;
        }
        if (event.numItems != null && event.numItems < 1) {
            problems.warning("numItems", "is below 1. Left out.");
        } else if (event.numItems != null && !event.items.isEmpty() && event.numItems != pieces) {
            problems.warning("numItems", "is not the sum of the items' quantities: leave it out, and the sum is sent");
        }
    }

    private static String itemField(int index, String field) {
        return "items[" + index + "]." + field;
    }

    private static void checkDelay(EventDraft event, Instant time, Instant now, ProblemReporter problems) {
        boolean late = Duration.between(time, now).compareTo(EventAge.COUNTS_AS_WEB) > 0;
        if (late && event.source != Source.OFFLINE) {
            problems.warning("time", "is over an hour ago: Pinterest counts the event as offline");
        }
    }

    private static void checkMatchKeys(EventDraft event, ProblemReporter problems) {
        if (matchKeys(event) < MIN_MATCH_KEYS) {
            problems.warning(
                    "customer", "has one match key: email, phone, external id or click id beside it match more sales");
        }
        boolean place = event.hashes.has(MatchKey.STATE) && event.hashes.has(MatchKey.COUNTRY);
        if (event.limitedDataProcessing && !place) {
            problems.warning(
                    "limitedDataProcessing", "needs the customer's state and country, or Pinterest cannot apply it");
        }
    }

    /**
     * Returns by how many keys Pinterest can find the person. A name counts only with a place, and an IP address only
     * with a user agent: neither finds a person by itself.
     */
    private static int matchKeys(EventDraft event) {
        HashedKeys hashes = event.hashes;
        boolean name = hashes.has(MatchKey.FIRST_NAME) && hashes.has(MatchKey.LAST_NAME);
        boolean place = hashes.has(MatchKey.ZIP) || hashes.has(MatchKey.CITY);
        return one(hashes.has(MatchKey.EMAIL))
                + one(hashes.has(MatchKey.PHONE))
                + one(hashes.has(MatchKey.EXTERNAL_ID))
                + one(hashes.has(MatchKey.MAID))
                + one(event.partnerId != null)
                + one(event.clickId != null)
                + one(event.ip != null && event.userAgent != null)
                + one(name && place);
    }

    private static int one(boolean known) {
        return known ? 1 : 0;
    }

    private static void checkTexts(EventDraft event, ProblemReporter problems) {
        if (event.language != null && !NormalForm.isLanguage(event.language)) {
            problems.warning("language", "is not a two-letter code, such as de. Left out.");
        }
        if (event.partnerName != null
                && !PARTNER_NAME.matcher(event.partnerName).matches()) {
            problems.warning("partnerName", "is not ss- and a name in lower case: Pinterest may not know the sender");
        }
    }
}
