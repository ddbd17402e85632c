// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.capi.EpikException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads any text as a visit: it is either read or rejected with one of four messages. Without {@code JAZZER_FUZZ=1} in
 * the environment this runs the seeds only; see CONTRIBUTING.
 */
class VisitFuzzTest {
    /** Reads the text as it is, and as fields with a correct checksum, which a fuzzer would never guess. */
    @FuzzTest(maxExecutions = 250_000, maxDuration = "40m")
    void visit(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        read(text);
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        read("epik1." + HexFormat.of().toHexDigits((int) crc.getValue()) + "." + text);
    }

    private static void read(String text) {
        Visit visit;
        try {
            visit = Visit.ofText(text);
        } catch (EpikException e) {
            quotesNothing(text, String.valueOf(e.getMessage()));
            assertEquals(null, e.getCause(), "a cause has a message of its own");
            return;
        }
        String written = visit.toText();
        assertTrue(written.length() <= Visit.MAX_TEXT_LENGTH, () -> written.length() + " characters");
        assertTrue(written.chars().allMatch(c -> c > ' ' && c <= '~'), "not ASCII");
        Visit again = Visit.ofText(written);
        assertEquals(written, again.toText());
        isVisitOrPart(visit, again);
    }

    /**
     * Checks that the message contains only the length and a version of at most four digits. It uses no pattern,
     * because the fuzzer would spend most of its time on matching it.
     */
    private static void quotesNothing(String text, String message) {
        String length = " (" + text.length() + " characters); ";
        int dot = text.indexOf('.');
        String version = dot < 4 ? "" : text.substring(4, dot); // after "epik"
        boolean ours = (text.isBlank() && message.startsWith("There is no text of a visit. "))
                || message.equals(
                        "This is not the text of a visit" + length + "pass what Visit.toText() returned, unchanged")
                || message.equals("The text of this visit was cut off or changed" + length
                        + "give its column 2048 characters of ASCII")
                || (version.length() <= 4
                        && version.chars().allMatch(c -> c >= '0' && c <= '9')
                        && message.equals("The text of this visit has version " + version
                                + ", this epik-capi reads version 1; update epik-capi on this machine to the version that"
                                + " wrote it"));
        assertTrue(ours, message);
    }

    /** Checks that what was written is the visit, or a part of it. */
    private static void isVisitOrPart(Visit visit, Visit written) {
        assertEquals(visit.consent(), written.consent());
        assertTrue(visit.consentReason().startsWith(written.consentReason()));
        assertEquals(visit.consentTime(), written.consentTime());
        boolean silent = visit.consent() != Visit.Consent.GRANTED;
        assertEquals(silent ? null : visit.ip(), written.ip());
        assertTrue(isPartOf(silent ? null : visit.clickId(), written.clickId()));
        assertTrue(isPartOf(silent ? null : visit.userAgent(), written.userAgent()));
        assertTrue(isPartOf(silent ? null : visit.pageUrl(), written.pageUrl()));
    }

    private static boolean isPartOf(@Nullable String whole, @Nullable String part) {
        return part == null || (whole != null && whole.startsWith(part));
    }
}
