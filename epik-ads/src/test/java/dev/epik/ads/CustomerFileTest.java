// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.rejected;
import static dev.epik.ads.ListFixture.done;
import static dev.epik.ads.ListFixture.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.lists.CustomerCsv;
import dev.epik.ads.lists.InputRow;
import dev.epik.ads.lists.ListException;
import dev.epik.ads.lists.RowSource;
import dev.epik.testing.LogCapture;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of customers: what is hashed, what is invalid, and what is written nowhere. */
@Timeout(60)
class CustomerFileTest extends CustomerListTestBase {
    private static final String UUID = "6D92078A-8246-4BA4-AE5B-76104861E7DC";

    private final List<String> problems = new ArrayList<>();

    private ListSettings settings() {
        return fixture.settings().onInvalidRow((problem, line) -> problems.add(line + ": " + problem));
    }

    private ListUpdate upload(String... lines) {
        return done(fixture.lists().upload(CustomerRows.csv(fixture.file("customers.csv", lines)), settings()));
    }

    private String refused(String... lines) {
        WriteResult.Rejected<ListUpdate> refused =
                rejected(fixture.lists().upload(CustomerRows.csv(fixture.file("customers.csv", lines)), settings()));
        assertFalse(refused.isSent());
        assertEquals(0, fixture.ads.pinterest.ads().writes());
        return refused.message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email         | ' Ada@Shop.Example '   | email               | ada@shop.example | hashed",
                "email_sha256  | HASH                   | email               | ada@shop.example | hashed",
                "phone         | +1 (555) 010-9999      | hashed_phone_number | 15550109999      | hashed",
                "phone_sha256  | HASH                   | hashed_phone_number | ada@shop.example | hashed",
                "maid          | UUID                   | maid                | UUID             | hashed",
                "external_id   | ' Cust-0042 '          | external_id         | Cust-0042        | plain",
                "ip_address    | 203.0.113.9:443        | ip_address          | 203.0.113.9      | plain",
                "user_agent    | Mozilla/5.0 (X11)      | user_agent          | Mozilla/5.0 (X11)| plain",
            })
    void rowsOfSeveralFieldsHashWhatPinterestWantsHashed(
            String column, String value, String field, String normalised, String rule) {
        String hash = sha256("ada@shop.example");
        String cell = value.replace("HASH", hash.toUpperCase(Locale.ROOT)).replace("UUID", UUID);
        boolean isKey = !column.contains("ip") && !column.contains("agent");
        upload("\"other\";\"" + column + "\";" + (isKey ? "user_agent" : "external_id"), "x;\"" + cell + "\";key");

        Map<String, String> row = fixture.rows().iterator().next();
        String expected = normalised.replace("UUID", UUID);
        assertEquals(rule.equals("hashed") ? sha256(expected) : expected, row.get(field));
        assertEquals(2, row.size(), row::toString);
    }

    @Test
    void emailsAloneAreRecordsOfHashes() {
        upload("Name,E-Mail", "Ada,Ada@Shop.Example", "\"Bo, B.\",bo@shop.example");

        assertEquals(
                Set.of(Map.of("email", sha256("ada@shop.example")), Map.of("email", sha256("bo@shop.example"))),
                fixture.rows());
        assertTrue(fixture.ads.pinterest.ads().calls().stream()
                .anyMatch(call -> call.body().contains("\"records\":")));
    }

    @Test
    void aFileOfEmailsNeedsNoHeader() {
        upload("ada@shop.example", "", "bo@shop.example");

        assertEquals(2, fixture.rows().size());
    }

    @Test
    void aHashIsNotHashedAgain() {
        String hash = sha256("ada@shop.example");
        upload("email,email_sha256", "ada@shop.example,", "," + hash);

        assertEquals(Set.of(Map.of("email", hash)), fixture.rows());
    }

    @Test
    void peopleAreSuppressedByAnyOfTheirKeys() {
        Set<String> optedOut =
                Set.of(sha256("ada@shop.example"), sha256("15550109999"), sha256("Cust-3"), sha256(UUID));
        String[] lines = {
            "email,phone,external_id,maid",
            "Ada@shop.example,,,",
            ",+1 555 010 9999,,",
            ",,Cust-3,",
            ",,," + UUID,
            ",,Cust-4,"
        };
        Path file = fixture.file("customers.csv", lines);

        ListUpdate update = done(fixture.lists()
                .sync(
                        CustomerRows.csv(file),
                        settings().suppress(row -> row.hashes().stream().anyMatch(optedOut::contains))));

        assertEquals(4, update.suppressed());
        assertEquals(Set.of(Map.of("external_id", "Cust-4")), fixture.rows());
    }

    @Test
    void aChangedRowIsRemovedBeforeTheNewOneIsAdded() {
        upload("email,ip_address", "ada@shop.example,192.0.2.1", "bo@shop.example,192.0.2.2");
        Path file = fixture.file(
                "customers.csv", "email,ip_address", "ada@shop.example,192.0.2.9", "bo@shop.example,192.0.2.2");

        ListUpdate update = done(fixture.lists().sync(CustomerRows.csv(file), settings()));

        assertEquals(1, update.removed());
        assertEquals(1, update.added());
        assertEquals(
                Set.of(
                        Map.of("email", sha256("ada@shop.example"), "ip_address", "192.0.2.9"),
                        Map.of("email", sha256("bo@shop.example"), "ip_address", "192.0.2.2")),
                fixture.rows());
    }

    @Test
    void invalidRowsAreNamedByTheirLinesAndNothingIsSent() {
        String message = refused(
                "email,phone",
                "canary.example.org,",
                "ada@shop.example,",
                "\"multi",
                "line@shop.example\",",
                ",canary123",
                ",0170 1234567",
                ",",
                "bo@shop.example,+49 170 1234567,canary");

        assertEquals(
                "6 of 7 rows are invalid, the first at line 2. Nothing was sent: correct them, or leave them out "
                        + "(skipInvalidRows, --skip-invalid)",
                message);
        assertEquals(
                List.of(
                        "2: email is not an email address: it needs one @, and no space",
                        "4: email has characters around the address, such as a separator or brackets",
                        "6: phone is not a phone number: give 7 to 15 digits with the country code",
                        "7: phone begins with a single 0, so its country code is missing: give +49..., not 0...",
                        "8: has neither email, phone, maid nor external_id",
                        "9: has more cells than the header has columns: put cells that contain the separator in double"
                                + " quotes"),
                problems);
    }

    @Test
    void invalidRowsCanBeSkipped() {
        Path file = fixture.file("customers.csv", "email", "canary", "ada@shop.example");

        ListUpdate update =
                done(fixture.lists().upload(CustomerRows.csv(file), settings().skipInvalidRows()));

        assertEquals(1, update.invalid());
        assertEquals(1, update.added());
        assertEquals(1, fixture.rows().size());
    }

    @Test
    void garbageFilesAreRefusedWithOneSentence() throws Exception {
        assertEquals("The file is empty: its first line must name the columns, such as email", refused());
        assertTrue(refused("canary;person", "a;b").startsWith("Line 1 names no column of a customer list"));
        assertEquals("Line 1 has the column email twice: remove one", refused("email,E-Mail", "a@b,c@d"));
        assertTrue(refused("\"email", "canary@shop.example").contains("a quote that is not closed"));
        assertTrue(refused("email", "\"canary@shop.example\" canary").contains("the first at line 2"));
        assertTrue(refused("email,\"" + "canary".repeat(20_000)).contains("is longer than 65536 characters"));
        Files.write(
                fixture.file("customers.csv"),
                "email\nm\u00fcller@shop.example\n".getBytes(StandardCharsets.ISO_8859_1));
        WriteResult.Rejected<ListUpdate> latin =
                rejected(fixture.lists().upload(CustomerRows.csv(temp.resolve("customers.csv")), settings()));
        assertTrue(latin.message().contains("the first at line 2"), latin.message());
        assertTrue(problems.get(problems.size() - 1).contains("is not UTF-8"), problems::toString);
        String missing = rejected(fixture.lists().upload(CustomerRows.csv(temp.resolve("none.csv")), settings()))
                .message();
        assertEquals("The rows cannot be read: NoSuchFileException", missing);
        assertFalse((problems + missing).contains("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"canary@shop.example", "\"canary@shop.example\nbo@shop.example\n"})
    void aFileWhoseRestCannotBeReadIsRefusedAlsoIfInvalidRowsAreSkipped(String end) throws Exception {
        upload("email", "ada@shop.example", "bo@shop.example");
        Path cut = Files.writeString(temp.resolve("cut.csv"), "email\nada@shop.example\n" + end);

        String message = rejected(
                        fixture.lists().sync(CustomerRows.csv(cut), settings().skipInvalidRows()))
                .message();

        assertEquals("Line 3 has a quote that is not closed: close it", message);
        assertEquals(2, fixture.rows().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "email | canary@shop.example;Canary | email has characters around",
                "email | canary@shop.example; | email has characters around",
                "email | <canary@shop.example> | email has characters around",
                "email | mailto:canary@shop.example | email has characters around",
                "email | 'canary@shop.example' | email has characters around",
                "{\"email\":\"x\"} | a | names no column",
                "phone | 4915125550142.0 | phone ends with .0",
                "phone | 4.91512E+11 | phone is not a phone number",
                "external_id | canary@shop.example | external_id has an @, and it is sent unhashed",
            })
    void valuesThatWouldBeHashedOrSentWronglyAreInvalid(String header, String value, String problem) {
        String message = refused(header, value);

        assertTrue((message + problems).contains(problem), message + problems);
        assertFalse((message + problems).contains("canary"), message + problems);
    }

    @Test
    void anyBytesAreReadOrRefusedWithOneSentence() throws Exception {
        String pieces = "a@b.example,\";\t\r\n\n\u00e4\ufeff\"\"email";
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(seed % 3 == 0 ? "" : "email,phone\n");
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 12 && seed % 5 == 0) {
                bytes[12] = (byte) 0xFF;
            }
            try (RowSource source = new CustomerCsv(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
                long line = 0;
                for (InputRow row = source.next(); row != null; row = source.next()) {
                    assertTrue(source.line() > line, "seed " + seed);
                    line = source.line();
                }
            } catch (ListException e) {
                String message = String.valueOf(e.getMessage());
                assertTrue(message.matches("(?s)(Line \\d+ |The file is empty).*"), message);
            }
        }
    }

    @Test
    void noRawAddressIsInFilesLogsOrMessages() throws Exception {
        fixture.close();
        fixture = new ListFixture(temp, temp.resolve("journal"));
        StringBuilder seen = new StringBuilder();
        try (LogCapture log = LogCapture.ofPackage("dev.epik")) {
            String[] lines = Stream.concat(
                            Stream.of("email,phone,external_id"),
                            ListFixture.emails(0, 40)
                                    .map(email -> "Canary" + email + ",+49 170 5550142,canary-id-" + email.hashCode()))
                    .toArray(String[]::new);
            Path source = fixture.file("customers.csv", lines);
            seen.append(fixture.lists().sync(CustomerRows.csv(source), settings()));
            try { // the files of a run that was stopped
                fixture.lists()
                        .with(point -> {
                            if (point.name().equals("BEFORE_REQUEST")) {
                                throw new IllegalStateException("stopped");
                            }
                        })
                        .sync(
                                CustomerRows.csv(fixture.file("other.csv", "email,phone", "canary@x.example,")),
                                settings().allowMassRemoval());
            } catch (IllegalStateException e) {
                seen.append(e);
            }
            seen.append(rejected(fixture.lists()
                    .sync(CustomerRows.csv(fixture.file("bad.csv", "email,phone", "canary,canary")), settings())));
            log.lines().forEach(seen::append);
        }
        seen.append(problems).append(settings());
        Files.walkFileTree(temp, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws java.io.IOException {
                if (!file.toString().endsWith(".csv")) {
                    seen.append(file).append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        String all = seen.toString().toLowerCase(Locale.ROOT);
        assertFalse(all.contains("canary"), "an address or an id is there");
        assertFalse(all.contains("5550142"), "a phone number is there");
        assertFalse(all.contains(sha256("491705550142")), "a plain hash is there");
        String raw = new String(java.util.HexFormat.of().parseHex(sha256("491705550142")), StandardCharsets.ISO_8859_1);
        assertFalse(seen.toString().contains(raw), "the bytes of a hash are there");
    }
}
