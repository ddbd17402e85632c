// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.json.Json;
import dev.epik.ads.lists.RowDecision.Action;
import dev.epik.ads.lists.RowDecision.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sealed rows, their files, and the decisions about them. */
class RowFilesTest {
    @TempDir
    Path temp;

    private final RowCipher cipher = new RowCipher(new byte[RowCipher.KEY_BYTES]);

    private SealedRow row(int number) {
        return cipher.seal(("row " + number).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aSealedRowOpensWithItsKeyOnly() {
        byte[] content = "3f2a".getBytes(StandardCharsets.US_ASCII);
        SealedRow row = cipher.seal(content);
        byte[] otherKey = new byte[RowCipher.KEY_BYTES];
        otherKey[0] = 1;

        assertArrayEquals(content, cipher.open(row));
        assertEquals(row, cipher.seal(content));
        assertNotEquals(row, cipher.seal("3f2b".getBytes(StandardCharsets.US_ASCII)));
        assertThrows(ListException.class, () -> new RowCipher(otherKey).open(row));
        byte[] changed = row.bytes().clone();
        changed[changed.length - 1] ^= 1;
        assertThrows(ListException.class, () -> cipher.open(new SealedRow(changed)));
    }

    /** So many small buffers that the files are merged in several steps. */
    @Test
    void anyNumberOfRowsIsSortedWithoutDuplicates() throws Exception {
        Path sorted = temp.resolve("sorted");
        TreeSet<SealedRow> expected = new TreeSet<>();
        try (RowSorter sorter = new RowSorter(temp, cipher, 500)) {
            for (int i = 0; i < 2000; i++) {
                sorter.add(row(i % 700));
                expected.add(row(i % 700));
            }
            assertEquals(700, sorter.writeTo(sorted));
        }
        try (RowFile.Reader reader = new RowFile.Reader(sorted, cipher)) {
            for (SealedRow row : expected) {
                assertEquals(row, reader.next());
            }
            assertEquals(null, reader.next());
        }
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(List.of(sorted), files.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ABSENT, true,  true,  ADD",
        "ABSENT, true,  false, ADD",
        "SENT,   true,  true,  KEEP",
        "SENT,   true,  false, KEEP",
        "MAYBE,  true,  true,  ADD",
        "MAYBE,  true,  false, ADD",
        "SENT,   false, true,  REMOVE",
        "SENT,   false, false, IGNORE",
        "MAYBE,  false, true,  REMOVE",
        "MAYBE,  false, false, IGNORE",
    })
    void uncertainRowsAreSentAgain(String flag, boolean isWanted, boolean removes, Action action) {
        assertEquals(action, RowDecision.toSend(flag(flag), isWanted, removes));
    }

    @ParameterizedTest
    @CsvSource({
        "ABSENT, DONE,  NONE,  SENT",
        "ABSENT, MAYBE, NONE,  MAYBE",
        "ABSENT, NONE,  NONE,  ABSENT",
        "MAYBE,  NONE,  NONE,  MAYBE",
        "MAYBE,  DONE,  NONE,  SENT",
        "SENT,   NONE,  NONE,  SENT",
        "SENT,   NONE,  DONE,  ABSENT",
        "SENT,   NONE,  MAYBE, MAYBE",
        "MAYBE,  NONE,  DONE,  ABSENT",
    })
    void rowsOfARequestWithoutAnswerAreUncertain(String flag, Progress added, Progress removed, String after) {
        assertEquals(flag(after), RowDecision.afterRun(flag(flag), added, removed));
    }

    private static byte flag(String name) {
        return switch (name) {
            case "SENT" -> SealedRow.SENT;
            case "MAYBE" -> SealedRow.MAYBE;
            default -> RowDecision.ABSENT;
        };
    }

    @Test
    void theLastCompleteLineIsTheProgress() {
        RunProgress sending = RunProgress.START.sending(false, 5);
        RunProgress adding = sending.confirmed().sending(true, 7);

        assertEquals(new RunProgress(5, 5, 0, 7), adding);
        assertEquals(Optional.empty(), RunProgress.last(""));
        assertEquals(Optional.empty(), RunProgress.last("0 0 0"));
        assertEquals(Optional.of(RunProgress.START), RunProgress.last(RunProgress.START.line()));
        assertEquals(Optional.of(adding), RunProgress.last(sending.line() + adding.line() + "5 5 7"));
        assertThrows(ListException.class, () -> RunProgress.last("0 0 0 x\n"));
    }

    @Test
    void aRequestHasAtMostOneMegabyte() throws Exception {
        Path rows = temp.resolve("rows");
        try (RowSorter sorter = new RowSorter(temp, cipher)) {
            for (int i = 0; i < 3000; i++) {
                InputRow row = new InputRow.Builder()
                        .externalId("customer " + i)
                        .userAgent("\"\u00e4".repeat(300))
                        .build();
                assertEquals(List.of(), row.problems(ListForm.ROWS));
                sorter.add(cipher.seal(row.content(ListForm.ROWS)));
            }
            sorter.writeTo(rows);
        }
        RunSettings settings = settings(10_000);
        int sent = 0;
        int requests = 0;
        try (RowFile.Reader reader = new RowFile.Reader(rows, cipher)) {
            Chunks chunks = new Chunks(reader, cipher, ListForm.ROWS, settings);
            for (List<Object> chunk = chunks.next(); !chunk.isEmpty(); chunk = chunks.next()) {
                String body = Json.write(Map.of("operation_type", "ADD", "records_v2", chunk));
                assertTrue(body.getBytes(StandardCharsets.UTF_8).length <= 1_000_000, "bytes");
                sent += chunk.size();
                requests++;
            }
        }
        assertEquals(3000, sent);
        assertEquals(4, requests);
    }

    private RunSettings settings(int maxChunkRows) {
        return new RunSettings(
                "1",
                "list",
                null,
                temp,
                null,
                true,
                false,
                false,
                10,
                100,
                maxChunkRows,
                1_000_000,
                row -> false,
                new RunEvents() {
                    @Override
                    public void invalid(long line, String problem) {}

                    @Override
                    public void read(long rows) {}

                    @Override
                    public void sent(boolean isAdd, long rows, long of) {}
                });
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 900,  100, false",
        "1000, 899,  101, true",
        "2000, 1800, 200, false",
        "2000, 1799, 201, true",
        "50,   10,   40,  false",
        "50,   0,    50,  true",
        "0,    0,    0,   true",
    })
    void massRemovalIsOverTenPercentAndOverAHundredRows(long before, long wanted, long removed, boolean isRefused) {
        RowMerge.Plan plan = new RowMerge.Plan(before, wanted, before - removed, 0, removed);

        assertEquals(isRefused, Removal.refusal(plan, settings(10)).isPresent());
    }

    @Test
    void longAndShortValuesOfRowsAreMasked() {
        String text =
                "Row cust-0042 of user@shop.example, key 9f86d081884c7d659a2feaa0c55ad015, from 2001:db8::17 is bad";

        String masked = Masking.mask(text, List.of("cust-0042", "17"));

        assertEquals("Row [value] of [email address], key [hash], from [IP address] is bad", masked);
        assertFalse(Masking.mask("a 17 b", List.of("17")).contains("[value]"));
    }
}
