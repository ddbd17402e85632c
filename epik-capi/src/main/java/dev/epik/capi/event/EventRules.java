// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;
import dev.epik.capi.pinterest.EventAge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What an event must have to be sent, and what it had better have. Every message names the cure, none the value. */
final class EventRules {
    /** Clocks of two machines differ; more than this is a wrong clock, and Pinterest takes no event from the future. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    /** 2100: beyond it lies no sale, but every time in milliseconds that was taken for seconds. */
    private static final Instant MILLISECONDS_TAKEN_FOR_SECONDS = Instant.ofEpochSecond(4_102_444_800L);

    /** There is no sale from before it. */
    private static final Instant PINTEREST = Instant.parse("2010-01-01T00:00:00Z");

    /** A database's unique key over it fits everywhere. */
    private static final int LONGEST_ID = 255;

    /** A thousand of the longest must still be a request; a sale has some kilobytes. */
    private static final int LONGEST_JSON = 256 * 1024;

    private static final int FEWEST_KEYS = 2;

    private EventRules() {}

    /** Refusals first. */
    static List<Problem> problems(Draft event, Instant time, Instant now) {
        List<Problem> problems = new ArrayList<>();
        if (!EventNames.isKnown(event.name)) {
            problems.add(Problem.error("name", EventNames.cure(event.name)));
        }
        id(event, problems);
        identity(event, problems);
        time(time, now, problems);
        source(event, problems);
        MoneyRules.check(event, problems);
        items(event, problems);
        problems.addAll(event.customer.problems());
        problems.addAll(event.app.details().problems());
        problems.addAll(event.device.details().problems());
        for (String field : event.saidNothing) {
            problems.add(
                    Problem.warning(field, "says undefined, null or NaN: it was empty where it was made. Left out."));
        }
        for (String field : event.padded) {
            problems.add(Problem.warning(
                    field,
                    "has spaces around it, as a CHAR column gives them. They are removed; a tag that is not written by"
                            + " browserTag() must send it without them"));
        }
        VisitRules.warn(event, problems);
        late(event, time, now, problems);
        keys(event, problems);
        texts(event, problems);
        if (problems.isEmpty()) {
            return List.of(); // nearly always
        }
        problems.sort(Comparator.comparing(Problem::severity)); // stable: within a severity the order stays
        return List.copyOf(problems);
    }

    /** The problems, and one more where the event is too long to be sent. */
    static List<Problem> withSize(List<Problem> problems, String json) {
        if (json.length() <= LONGEST_JSON) {
            return problems;
        }
        Problem size = Problem.error("event", "has over 256 kB: give fewer or shorter items, ids and texts");
        return Stream.concat(Stream.of(size), problems.stream()).toList();
    }

    private static void id(Draft event, List<Problem> problems) {
        String id = event.id();
        if (!event.hasId()) {
            problems.add(Problem.error("id", "is empty: give the order number, or an id shared with the browser tag"));
        } else if (Text.saysNothing(id)) {
            problems.add(Problem.error("id", "says undefined or null: all such events would count as one"));
        } else if (!Text.isClean(id) || id.length() > LONGEST_ID) {
            problems.add(Problem.error("id", "has control characters or over 255 characters: give a plain id"));
        }
    }

    /** Pinterest's published rule: {@code em}, or {@code hashed_maids}, or IP address and user agent together. */
    private static void identity(Draft event, List<Problem> problems) {
        boolean browser = event.visit.ip() != null && event.visit.userAgent() != null;
        if (!event.customer.has(MatchKey.EMAIL) && !event.customer.has(MatchKey.MAID) && !browser) {
            problems.add(Problem.error(
                    "customer",
                    "cannot be matched: give an email, or a mobile advertising id, or a visit with IP address and user agent;"
                            + " a phone number or a click id alone is refused by Pinterest"));
        }
    }

    private static void time(Instant time, Instant now, List<Problem> problems) {
        if (time.isAfter(MILLISECONDS_TAKEN_FOR_SECONDS)) {
            problems.add(Problem.error("time", "lies beyond the year 2100: were milliseconds taken for seconds?"));
        } else if (time.isAfter(now.plus(CLOCK_DIFFERENCE))) {
            problems.add(Problem.error("time", "lies in the future: check the clock of this machine"));
        } else if (time.isBefore(PINTEREST)) {
            problems.add(Problem.error("time", "lies before 2010: give the time of the event, in whole seconds"));
        }
    }

    private static void source(Draft event, List<Problem> problems) {
        boolean app = event.actionSource == ActionSource.APP_ANDROID || event.actionSource == ActionSource.APP_IOS;
        if (event.name.startsWith("app_") && EventNames.isKnown(event.name) && !app) {
            problems.add(Problem.error("actionSource", "of an app's event is APP_ANDROID or APP_IOS"));
        }
    }

    private static void items(Draft event, List<Problem> problems) {
        long pieces = 0;
        for (int i = 0; i < event.items.size(); i++) {
            Item item = event.items.get(i);
            if (item.id().isEmpty()) {
                problems.add(Problem.warning(
                        itemField(i, "id"), "is empty: give the product's id in the catalogue. The item is left out."));
            }
            if (item.quantity() < 1) {
                problems.add(Problem.warning(itemField(i, "quantity"), "is below 1. The item is left out."));
            }
            String wrong = MoneyRules.wrong(item.price());
            if (wrong != null) {
                problems.add(Problem.warning(itemField(i, "price"), wrong + ". Left out."));
            } else if (MoneyRules.isRounded(item.price())) {
                problems.add(Problem.warning(itemField(i, "price"), MoneyRules.ROUNDED));
            }
            pieces += item.isSendable() ? item.quantity() : 0;
        }
        if (event.numItems != null && event.numItems < 1) {
            problems.add(Problem.warning("numItems", "is below 1. Left out."));
        } else if (event.numItems != null && !event.items.isEmpty() && event.numItems != pieces) {
            problems.add(Problem.warning(
                    "numItems", "is not the sum of the items' quantities: leave it out, and the sum is sent"));
        }
    }

    private static String itemField(int index, String field) {
        return "items[" + index + "]." + field;
    }

    private static void late(Draft event, Instant time, Instant now, List<Problem> problems) {
        boolean late = Duration.between(time, now).compareTo(EventAge.COUNTS_AS_WEB) > 0;
        if (late && event.actionSource != ActionSource.OFFLINE) {
            problems.add(Problem.warning("time", "is over an hour ago: Pinterest counts the event as offline"));
        }
    }

    private static void keys(Draft event, List<Problem> problems) {
        if (MatchQuality.keys(event) < FEWEST_KEYS) {
            problems.add(Problem.warning(
                    "customer", "has one match key: email, phone, external id or click id beside it match more sales"));
        }
        boolean place = event.customer.has(MatchKey.STATE) && event.customer.has(MatchKey.COUNTRY);
        if (event.limitedDataProcessing && !place) {
            problems.add(Problem.warning(
                    "limitedDataProcessing", "needs the customer's state and country, or Pinterest cannot apply it"));
        }
    }

    private static void texts(Draft event, List<Problem> problems) {
        if (event.language != null && !Normal.isLanguage(event.language)) {
            problems.add(Problem.warning("language", "is no two-letter code, such as de. Left out."));
        }
        if (event.partnerName != null && !event.partnerName.matches("(ss-[a-z0-9_-]+|direct)")) {
            problems.add(Problem.warning(
                    "partnerName", "is not ss- and a name in small letters: Pinterest may not know the sender"));
        }
    }
}
