// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The people whose rows are left out of an import. It keeps only hashes, and compares them with the hashes that would
 * be sent. A line {@code hmac:…} is a keyed hash, see {@link KeyedHash}. About 150 bytes for each line. Not
 * thread-safe.
 */
public final class SuppressionList {
    /** The empty list. */
    public static final SuppressionList EMPTY = new SuppressionList(Set.of(), Set.of(), null);

    /** The arrays of hashes in the JSON of an event. A quote in a text is escaped, so no text contains these names. */
    private static final Pattern HASHES =
            Pattern.compile("\"(?:em|ph|external_id|hashed_maids)\":\\[((?:\"[0-9a-f]{64}\",?)+)]");

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MARKUP = Pattern.compile("[\"<>,;:()\\[\\]\\\\\\p{Cc}\ufffd]|^'");
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 ()./-]*");

    /** Makes an event with a customer of one match key valid. It is not sent. */
    private static final Visit ANY_VISIT =
            Visit.of(Visit.Consent.GRANTED, "not sent").withIp("192.0.2.1").withUserAgent("none");

    private static final Pattern CLICK_ID = Pattern.compile("\"click_id\":\"([^\"\\\\]+)\"");
    private static final String KEYED = "hmac:";
    private static final String CHECK = "check:";

    private final Set<String> hashes;
    private final Set<String> keyed;
    private final @Nullable KeyedHash key;

    private SuppressionList(Set<String> hashes, Set<String> keyed, @Nullable KeyedHash key) {
        this.hashes = Set.copyOf(hashes);
        this.keyed = keyed;
        this.key = key;
    }

    /**
     * Reads a list: on each line an email, a phone number with its country code, or the SHA-256 of an email, a phone
     * number, an external id or an advertising id, as Pinterest wants it. Empty lines and lines that begin with # are
     * skipped.
     *
     * @param key of the keyed lines; null if there is none
     * @throws InvalidFileException if a line is something else, or if the key is missing or another one; it names the
     *     number of the line, never its text
     */
    public static SuppressionList read(BufferedReader lines, @Nullable KeyedHash key) throws IOException {
        Set<String> hashes = new HashSet<>();
        Set<String> keyed = new HashSet<>();
        boolean hasCheck = false;
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = (number == 1 ? line.replace("\ufeff", "") : line).strip();
            if (text.startsWith(KEYED) || text.startsWith(CHECK)) {
                if (key == null) {
                    throw new InvalidFileException("Line " + number
                            + " of --suppress is a keyed hash: name the file of its key with --suppress-key."
                            + " It must exist");
                }
                if (text.startsWith(CHECK)) {
                    hasCheck = checked(text, key);
                } else {
                    keyed.add(keyedHash(text, number));
                }
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                Set<String> one = hashesOf(text);
                if (one.isEmpty()) {
                    throw new InvalidFileException(
                            "Line " + number + " of --suppress is not an email, a phone number with its country code,"
                                    + " or a SHA-256 of 64 hex digits: correct it. There is no header line");
                }
                hashes.addAll(one);
            }
        }
        if (!keyed.isEmpty() && !hasCheck) {
            throw new InvalidFileException("The list --suppress has keyed hashes, but not the line check:… of its key:"
                    + " restore the whole file");
        }
        return new SuppressionList(hashes, keyed, key);
    }

    private static boolean checked(String text, KeyedHash key) {
        if (!text.equals(CHECK + key.check())) {
            throw new InvalidFileException("The key of --suppress-key is not that of the list --suppress:"
                    + " name the key with which the list was written");
        }
        return true;
    }

    private static String keyedHash(String text, int line) {
        String hash = text.substring(KEYED.length());
        if (!HASH.matcher(hash).matches()) {
            throw new InvalidFileException("Line " + line + " of --suppress is not a whole keyed hash: restore the"
                    + " file, or remove the line and run its \"epik erase\" again");
        }
        return hash;
    }

    /** Returns whether an email has characters around it, such as in a list or a header, that would be hashed too. */
    static boolean hasMarkup(String email) {
        return MARKUP.matcher(email).find();
    }

    /** Returns the lines that a list needs for these people and does not have yet. */
    public List<String> missingLines(ErasedPeople.Identifiers people) {
        KeyedHash by = Objects.requireNonNull(key, "key");
        List<String> missing = new ArrayList<>();
        Stream.of(
                        people.hashes().stream().map(by::ofHash),
                        people.clickIds().stream().map(by::ofClickId),
                        people.eventIds().stream().map(by::ofEventId))
                .flatMap(hmacs -> hmacs)
                .filter(hmac -> !keyed.contains(hmac))
                .forEach(hmac -> missing.add(KEYED + hmac));
        if (keyed.isEmpty() && !missing.isEmpty()) {
            missing.add(0, CHECK + by.check());
        }
        return missing;
    }

    private static Set<String> hashesOf(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (HASH.matcher(lower).matches()) {
            return Set.of(lower);
        }
        if (text.contains("@")) {
            return hasMarkup(text) ? Set.of() : hashed(customer -> customer.email(text));
        }
        return PHONE.matcher(text).matches() ? hashed(customer -> customer.phone(text)) : Set.of();
    }

    /** Returns the hashes that are sent for a customer. */
    static Set<String> hashed(UnaryOperator<Customer.Builder> value) {
        return hashesIn(ConversionEvent.pageVisit("not-sent")
                .visit(ANY_VISIT)
                .customer(value.apply(Customer.builder()))
                .build());
    }

    /** Returns whether one of these hashes is in the list, as it is or as a keyed hash. */
    public boolean containsAny(Set<String> sent) {
        KeyedHash by = key;
        return sent.stream().anyMatch(hash -> hashes.contains(hash) || (by != null && keyed.contains(by.ofHash(hash))));
    }

    /** Returns whether one of the event's hashes is in the list, or its click id or event id as a keyed hash. */
    public boolean contains(RawEvent raw) {
        if (hashes.isEmpty() && keyed.isEmpty()) {
            return false;
        }
        Set<String> sent = hashesIn(raw.event());
        return sent.stream().anyMatch(hashes::contains) || (key != null && containsKeyed(key, sent, raw.event()));
    }

    private boolean containsKeyed(KeyedHash by, Set<String> sent, ConversionEvent event) {
        if (keyed.isEmpty()) {
            return false;
        }
        Matcher clickId = CLICK_ID.matcher(event.json());
        return keyed.contains(by.ofEventId(event.id()))
                || sent.stream().anyMatch(hash -> keyed.contains(by.ofHash(hash)))
                || (clickId.find() && keyed.contains(by.ofClickId(clickId.group(1))));
    }

    private static Set<String> hashesIn(ConversionEvent event) {
        Set<String> found = new HashSet<>();
        for (Matcher arrays = HASHES.matcher(event.json()); arrays.find(); ) {
            found.addAll(List.of(arrays.group(1).replace("\"", "").split(",")));
        }
        return found;
    }
}
