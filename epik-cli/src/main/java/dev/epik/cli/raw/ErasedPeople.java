// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import dev.epik.capi.EpikException;
import dev.epik.capi.ErasureRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The people of an erasure, as they are read from standard input. It keeps raw addresses for Pinterest's deletion
 * request only.
 *
 * @param request finds their events
 * @param keyed their identifiers, for a suppression list
 * @param emails plain, each once
 * @param clickIds as they were given
 * @param lines how many lines named a person
 */
public record ErasedPeople(
        ErasureRequest request, Identifiers keyed, List<String> emails, List<String> clickIds, int lines) {
    /**
     * The identifiers that a suppression list compares.
     *
     * @param hashes SHA-256 of emails, phone numbers and external ids
     */
    public record Identifiers(Set<String> hashes, Set<String> clickIds, Set<String> eventIds) {}

    /** The replacement of malformed UTF-8, and the zero bytes of UTF-16. */
    private static final Pattern NOT_UTF_8 = Pattern.compile("[\\ufffd\\x00]");

    /** All of them are searched for at once, so that the outbox is read once. */
    private static final int MAX_PEOPLE = 100_000;

    /** Shows no value. */
    @Override
    public String toString() {
        return "ErasedPeople[" + lines + "]";
    }

    /**
     * Reads one identifier from each line. Empty lines and lines that begin with # are skipped.
     *
     * @throws InvalidFileException if a line is invalid; it names the number of the line, never its text
     */
    public static ErasedPeople read(BufferedReader lines) throws IOException {
        ErasureRequest.Builder request = ErasureRequest.builder();
        Identifiers keyed = new Identifiers(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
        List<String> emails = new ArrayList<>();
        int number = 0;
        int named = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = (number == 1 ? line.replace("\ufeff", "") : line).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (NOT_UTF_8.matcher(text).find()) {
                throw new InvalidFileException("Line " + number + " of standard input is not UTF-8: convert it first");
            }
            named++;
            if (named > MAX_PEOPLE) {
                throw new InvalidFileException("Standard input names over 100,000 people: erase them in parts");
            }
            int colon = text.indexOf(':');
            String kind = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = text.substring(colon + 1).strip();
            int at = number;
            switch (kind) {
                case "email" -> addEmail(value, at, request, keyed, emails);
                case "phone" -> {
                    add(request::phone, value, at);
                    keyed.hashes.addAll(SuppressionList.hashed(customer -> customer.phone(value)));
                }
                case "external-id" -> {
                    add(request::externalId, value, at);
                    keyed.hashes.addAll(SuppressionList.hashed(customer -> customer.externalId(value)));
                }
                case "epik" -> {
                    add(request::clickId, value, at);
                    keyed.clickIds.add(value);
                }
                case "order" -> {
                    add(request::eventId, value, at);
                    keyed.eventIds.add(value);
                }
                default -> {
                    if (!text.contains("@")) {
                        throw new InvalidFileException("Line " + at + " of standard input is invalid: give an email, or"
                                + " begin the line with email:, phone:, external-id:, epik: or order:");
                    }
                    addEmail(text, at, request, keyed, emails);
                }
            }
        }
        if (named == 0) {
            throw new InvalidFileException("Standard input names no person: give one email, phone:…, external-id:…,"
                    + " epik:… or order:… on each line");
        }
        return new ErasedPeople(
                request.build(), keyed, emails.stream().distinct().toList(), List.copyOf(keyed.clickIds), named);
    }

    private static void addEmail(
            String email, int line, ErasureRequest.Builder request, Identifiers keyed, List<String> emails) {
        if (SuppressionList.hasMarkup(email)) {
            throw new InvalidFileException("Line " + line + " of standard input is invalid. The email has a quote, a"
                    + " bracket, a comma, a colon or a semicolon: give the address alone");
        }
        add(request::email, email, line);
        keyed.hashes.addAll(SuppressionList.hashed(customer -> customer.email(email)));
        emails.add(email);
    }

    private static void add(Consumer<String> adding, String value, int line) {
        try {
            adding.accept(value);
        } catch (EpikException e) {
            throw new InvalidFileException("Line " + line + " of standard input is invalid. " + e.getMessage());
        }
    }
}
