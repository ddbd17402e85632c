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
 * How delivery stands, for the page and for its JSON. Public accessors as FreeMarker reads them.
 *
 * @param oldest for how long the oldest has waited; empty where none waits
 * @param pause why nothing is sent; empty where that is not so
 * @param pausedUntil when the next try is; empty while there is no pause
 * @param letters the newest dead letters
 * @param trouble of the outbox itself, of which all else is then unknown
 */
public record Delivery(
        int waiting,
        Optional<Duration> oldest,
        int dead,
        long accepted,
        String pause,
        Optional<Instant> pausedUntil,
        List<Letter> letters,
        String trouble) {
    private static final int MOST_LETTERS = 100;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /**
     * A dead letter.
     *
     * @param since when it was rejected
     * @param old Pinterest would count it again if it had it before
     * @param earlier an earlier run of the demo reported it
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
                    demo.epik().deadLetters(MOST_LETTERS).stream()
                            .map(letter -> letter(letter, demo))
                            .toList(),
                    "");
        } catch (OutboxException failed) {
            return new Delivery(
                    0, Optional.empty(), 0, 0, "", Optional.empty(), List.of(), String.valueOf(failed.getMessage()));
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

    /** When the next try is, as people say it; empty while there is no pause. */
    public String until() {
        // a second is never cut off: the next try is not before the time that stands here
        return pausedUntil
                .map(time -> TIME.format(time.plusMillis(999).truncatedTo(ChronoUnit.SECONDS)))
                .orElse("");
    }

    /** For how long the oldest has waited, as people say it. */
    public String age() {
        long seconds = oldest.map(Duration::toSeconds).orElse(0L);
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
