// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.Money;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes values for people: amounts with their currency, times in UTC and in the zone of the ad account. Immutable. */
final class ValueText {
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final AdsAccount account;
    private final Map<String, String> names;

    /** @param names the names of audiences and interests by id */
    ValueText(AdsAccount account, Map<String, String> names) {
        this.account = account;
        this.names = names;
    }

    /** Returns a value of a field; empty text for null. */
    String of(String field, @Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(each -> name(each.toString())).collect(Collectors.joining(", "));
        }
        String text = value.toString();
        return switch (field) {
            case "daily_budget", "lifetime_budget", "bid" ->
                Money.of(text, account.currency()).toString();
            case "start", "end" -> text.equals(Wanted.OPEN_ENDED) ? text : time(Instant.parse(text));
            case "seed" -> name(text);
            default -> text;
        };
    }

    private String name(String id) {
        return id.startsWith(Step.NEW) ? id.substring(Step.NEW.length()) : names.getOrDefault(id, id);
    }

    /** Returns a time such as {@code 2026-12-01 00:00 UTC (01:00 Europe/Berlin)}. */
    String time(Instant time) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        ZonedDateTime there = time.atZone(account.zone());
        if (there.getOffset().equals(ZoneOffset.UTC)) {
            return DAY_AND_TIME.format(utc) + " UTC";
        }
        LocalDate day = there.toLocalDate();
        String local = (day.equals(utc.toLocalDate()) ? TIME : DAY_AND_TIME).format(there);
        return DAY_AND_TIME.format(utc) + " UTC (" + local + " " + account.zone() + ")";
    }
}
