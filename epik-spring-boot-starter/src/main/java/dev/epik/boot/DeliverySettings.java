// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent.Privacy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * Applies {@code epik.delivery.*}, {@code epik.silence} and the settings for privacy. A value outside of its range is
 * refused.
 */
final class DeliverySettings {
    private static final Duration MAX_LINGER = Duration.ofHours(1);
    private static final Duration MIN_MAX_AGE = Duration.ofMinutes(1);
    private static final Duration MAX_MAX_AGE = Duration.ofDays(3650);
    private static final Duration MIN_VISIT_AGE = Duration.ofMinutes(1);
    private static final Duration MAX_VISIT_AGE = Duration.ofDays(3650);
    private static final Duration MIN_SILENCE = Duration.ofMinutes(1);
    private static final Duration MAX_SILENCE = Duration.ofDays(30);

    private DeliverySettings() {}

    static void apply(EpikDeliveryProperties properties, EpikClient.Builder client) {
        Duration linger = inRange("epik.delivery.linger", properties.linger(), Duration.ZERO, MAX_LINGER);
        if (linger != null) {
            client.linger(linger);
        }
        Duration maxAge = inRange("epik.delivery.max-age", properties.maxAge(), MIN_MAX_AGE, MAX_MAX_AGE);
        if (maxAge != null) {
            client.maxAge(maxAge);
        }
        if (properties.late() != null) {
            client.lateEvents(properties.late());
        }
    }

    static void silence(@Nullable Duration time, EpikClient.Builder client) {
        Duration silence = inRange("epik.silence", time, MIN_SILENCE, MAX_SILENCE);
        if (silence != null) {
            client.silence(silence);
        }
    }

    static Privacy privacy(EpikProperties properties, EpikVisitProperties visit) {
        return Privacy.defaults()
                .withPageUrl(properties.pageUrl())
                .withItemNames(properties.itemNames())
                .withSearchString(properties.searchString())
                .withUsOptOut(properties.usOptOut())
                .withMaxVisitAge(check("epik.visit.max-age", visit.maxAge(), MIN_VISIT_AGE, MAX_VISIT_AGE));
    }

    private static @Nullable Duration inRange(String setting, @Nullable Duration value, Duration min, Duration max) {
        return value == null ? null : check(setting, value, min, max);
    }

    private static Duration check(String setting, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new SettingException(
                    "The setting " + setting + " is " + text(value), "Give " + text(min) + " to " + text(max));
        }
        return value;
    }

    /** Returns the time in the largest unit that has a whole number, such as 30d. */
    private static String text(Duration time) {
        ChronoUnit unit = Stream.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS)
                .filter(each ->
                        !time.isZero() && time.toMillis() % each.getDuration().toMillis() == 0)
                .findFirst()
                .orElse(time.isZero() ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
        return DurationStyle.SIMPLE.print(time, unit);
    }
}
