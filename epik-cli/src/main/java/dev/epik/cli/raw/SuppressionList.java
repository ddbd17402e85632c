// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The people whose rows are left out of an import. It keeps only hashes, and compares them with the hashes that would
 * be sent. Immutable, about 150 bytes for each line.
 */
public final class SuppressionList {
    /** The empty list. */
    public static final SuppressionList EMPTY = new SuppressionList(Set.of());

    /** The arrays of hashes in the JSON of an event. A quote in a text is escaped, so no text contains these names. */
    private static final Pattern HASHES =
            Pattern.compile("\"(?:em|ph|external_id|hashed_maids)\":\\[((?:\"[0-9a-f]{64}\",?)+)]");

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 ()./-]*");

    /** Makes an event with a customer of one match key valid. It is not sent. */
    private static final Visit ANY_VISIT =
            Visit.of(Visit.Consent.GRANTED, "not sent").withIp("192.0.2.1").withUserAgent("none");

    private final Set<String> hashes;

    private SuppressionList(Set<String> hashes) {
        this.hashes = Set.copyOf(hashes);
    }

    /**
     * Reads a list: on each line an email, a phone number with its country code, or the SHA-256 of an email, a phone
     * number, an external id or an advertising id, as Pinterest wants it. Empty lines and lines that begin with # are
     * skipped.
     *
     * @throws InvalidFileException if a line is something else; it names the number of the line, never its text
     */
    public static SuppressionList read(BufferedReader lines) throws IOException {
        Set<String> hashes = new HashSet<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = (number == 1 ? line.replace("\ufeff", "") : line).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                Set<String> one = hashesOf(text);
                if (one.isEmpty()) {
                    throw new InvalidFileException(
                            "Line " + number + " of --suppress is not an email, a phone number with"
                                    + " its country code, or a SHA-256 of 64 hex digits: correct it. There is no header line");
                }
                hashes.addAll(one);
            }
        }
        return new SuppressionList(hashes);
    }

    private static Set<String> hashesOf(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (HASH.matcher(lower).matches()) {
            return Set.of(lower);
        }
        if (text.contains("@")) {
            return hashed(customer -> customer.email(text));
        }
        return PHONE.matcher(text).matches() ? hashed(customer -> customer.phone(text)) : Set.of();
    }

    private static Set<String> hashed(UnaryOperator<Customer.Builder> value) {
        return hashesIn(ConversionEvent.pageVisit("not-sent")
                .visit(ANY_VISIT)
                .customer(value.apply(Customer.builder()))
                .build());
    }

    /** Returns whether one of these hashes is in the list. */
    public boolean containsAny(Set<String> sent) {
        return sent.stream().anyMatch(hashes::contains);
    }

    /** Returns whether one of the event's hashes is in the list. */
    public boolean contains(RawEvent raw) {
        return !hashes.isEmpty() && hashesIn(raw.event()).stream().anyMatch(hashes::contains);
    }

    private static Set<String> hashesIn(ConversionEvent event) {
        Set<String> found = new HashSet<>();
        for (Matcher arrays = HASHES.matcher(event.json()); arrays.find(); ) {
            found.addAll(List.of(arrays.group(1).replace("\"", "").split(",")));
        }
        return found;
    }
}
