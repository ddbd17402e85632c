// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.demo.Demo;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The state of delivery, for the page and its JSON. FreeMarker reads the public accessors.
 *
 * @param oldest how long the oldest event has been waiting; empty if none is waiting
 * @param pause the reason why nothing is being sent; empty if there is none
 * @param pausedUntil the time of the next attempt; empty if delivery is not paused
 * @param letters the newest dead letters
 * @param problem the error of the outbox; if there is one, the other values are unknown
 */
public record Delivery(
        int waiting,
        Optional<Duration> oldest,
        int dead,
        long accepted,
        String pause,
        Optional<Instant> pausedUntil,
        List<Letter> letters,
        String problem) {
    private static final int MAX_LETTERS = 100;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /**
     * A dead letter.
     *
     * @param since the time of the rejection
     * @param old whether Pinterest would count it twice if it received it before
     * @param earlier whether an earlier run of the demo submitted it
     */
    public record Letter(String name, String id, String reason, String since, boolean old, boolean earlier) {}

    static Delivery of(Demo demo) {
        try {
            DeliveryStats stats = demo.epik().stats();
            return new Delivery(
                    stats.waiting(),
                    stats.oldest(),
                    stats.dead(),
                    stats.accepted(),
                    stats.pauseReason(),
                    stats.pausedUntil(),
                    demo.epik().deadLetters(MAX_LETTERS).stream()
                            .map(letter -> letter(letter, demo))
                            .toList(),
                    "");
        } catch (OutboxException e) {
            return new Delivery(
                    0, Optional.empty(), 0, 0, "", Optional.empty(), List.of(), String.valueOf(e.getMessage()));
        }
    }

    private static Letter letter(DeadLetter letter, Demo demo) {
        StoredEvent event = letter.event();
        return new Letter(
                event.name(),
                event.id(),
                letter.reason(),
                TIME.format(letter.since()),
                !event.isDeduplicated(demo.clock().instant()),
                demo.journal().isEarlier(event));
    }

    /** Returns the time of the next attempt, for display; empty if delivery is not paused. */
    public String until() {
        // rounded up to a second, so that the attempt has been made at the displayed time
        return pausedUntil
                .map(time -> TIME.format(time.plusMillis(999).truncatedTo(ChronoUnit.SECONDS)))
                .orElse("");
    }

    /** Returns how long the oldest event has been waiting, for display. */
    public String age() {
        long seconds = oldest.map(Duration::toSeconds).orElse(0L);
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
