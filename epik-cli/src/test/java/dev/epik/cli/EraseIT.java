// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakeDeletions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs {@code erase} as an operator does. */
class EraseIT extends CliTestCase {
    private static final String TILL = """
            event_name,event_id,event_time,email,phone
            checkout,1,2026-11-20T10:00:00Z,canary1@shop.example,
            checkout,2,2026-11-20T10:00:00Z,other@shop.example,+15550109999
            checkout,3,2026-11-20T10:00:00Z,third@shop.example,
            checkout,4,2026-11-20T10:00:00Z,fourth@shop.example,
            """;

    private EpikJar.Result erase(String input, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("erase"));
        arguments.addAll(List.of(more));
        EpikJar.Result result = EpikJar.runWithInput(input, environment(), arguments.toArray(String[]::new));
        assertFalse((result.out() + result.err()).contains("canary"), result::err);
        assertFalse((result.out() + result.err()).contains("5550109999"), result::err);
        return result;
    }

    private String api() {
        return pinterest.uri().toString();
    }

    private Path storeRows() throws Exception {
        Path csv = Files.writeString(folder.resolve("till.csv"), TILL);
        assertEquals(
                0,
                epik("import", csv.toString(), "--outbox", outbox().toString(), "--store-only")
                        .exit());
        return csv;
    }

    @Test
    void removesThePersonsEventsAndKeepsTheNextImportFromSendingThem() throws Exception {
        Path csv = storeRows();
        String list = folder.resolve("erased.txt").toString();
        String key = folder.resolve("erased.key").toString();
        String input = "Canary1@shop.example\nphone: +1 555 010 9999\norder:3\n";
        EpikJar.Result erased =
                erase(input, "--outbox", outbox().toString(), "--suppress", list, "--suppress-key", key, "--json");
        assertEquals(0, erased.exit(), erased::err);
        assertTrue(erased.err().contains("3 waiting, 0 dead letters, 0 ids"), erased::err);
        assertEquals(
                "{\"waiting\":3,\"dead\":0,\"remembered\":0,\"being_sent\":0,\"unreadable\":0,\"suppressed\":3}",
                erased.out().strip());
        Files.delete(outbox());
        EpikJar.Result imported = epik(
                "import",
                csv.toString(),
                "--outbox",
                outbox().toString(),
                "--suppress",
                list,
                "--suppress-key",
                key,
                "--api",
                api());
        assertTrue(imported.err().contains("Rows left out because of --suppress: 3."), imported::err);
        assertEquals(List.of("4"), received());
        assertNoAddressIn(folder, csv);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(list))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(key))));
        EpikJar.Result again = erase(input, "--suppress", list, "--suppress-key", key);
        assertTrue(again.err().startsWith("0 keyed hashes added"), again::err);
    }

    private static void assertNoAddressIn(Path folder, Path except) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> !each.equals(except)).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("canary") || bytes.contains("5550109999"), file::toString);
            }
        }
    }

    @Test
    void forgetsTheDeliveredIdOfAnOrder() throws Exception {
        storeRows();
        assertEquals(0, outbox("deliver").exit());
        EpikJar.Result erased = erase("order:1\ncanary1@shop.example\n", "--outbox", outbox().toString());
        assertTrue(erased.err().contains("0 waiting, 0 dead letters, 1 ids of delivered"), erased::err);
    }

    @Test
    void aListOfAnotherKeyAndAMissingKeyAreRefused() throws Exception {
        Path csv = storeRows();
        String list = folder.resolve("erased.txt").toString();
        assertEquals(
                0,
                erase(
                                "a@shop.example",
                                "--suppress",
                                list,
                                "--suppress-key",
                                folder.resolve("k1").toString())
                        .exit());
        String before = Files.readString(Path.of(list));
        EpikJar.Result lost = erase(
                "b@shop.example",
                "--suppress",
                list,
                "--suppress-key",
                folder.resolve("k2").toString());
        assertEquals(2, lost.exit(), lost::err);
        assertFalse(Files.exists(folder.resolve("k2")));
        assertEquals(before, Files.readString(Path.of(list)));
        EpikJar.Result imported = epik("import", csv.toString(), "--dry-run", "--suppress", list);
        assertTrue(imported.err().contains("name the file of its key with --suppress-key"), imported::err);
    }

    @Test
    void aListThatCannotBeWrittenIsNoInternalError() throws Exception {
        String key = folder.resolve("k").toString();
        for (String list : List.of(folder.resolve("missing/list").toString(), key, "-")) {
            EpikJar.Result refused = erase("a@shop.example", "--suppress", list, "--suppress-key", key);
            assertEquals(2, refused.exit(), refused::err);
            assertTrue(refused.err().startsWith("epik: --suppress "), refused::err);
            assertFalse(Files.exists(Path.of(key)));
        }
    }

    @Test
    void filesFollowsAndCancelsPinterestsDeletionRequest() throws Exception {
        EpikJar.Result filed = erase("canary1@shop.example\nepik:dj0canary\n", "--request", "--api", api());
        assertEquals(0, filed.exit(), filed::err);
        assertTrue(filed.err().startsWith("Request 700000000001: PENDING, created "), filed::err);
        FakeDeletions.Request request = pinterest.deletions().requests().get(0);
        assertEquals(List.of("canary1@shop.example"), request.emails());
        assertEquals(List.of("dj0canary"), request.epiks());
        EpikJar.Result status = erase("", "--status", request.id(), "--api", api(), "--json");
        assertTrue(status.out().contains("\"status\":\"PENDING\""), status::out);
        EpikJar.Result cancelled = erase("", "--cancel", request.id(), "--api", api());
        assertTrue(cancelled.err().startsWith("Request 700000000001: CANCELLED"), cancelled::err);
    }

    @Test
    void erasesLocallyIfPinterestDoesNotOfferTheBeta() throws Exception {
        storeRows();
        pinterest.deletions().setAvailable(false);
        EpikJar.Result erased =
                erase("canary1@shop.example", "--outbox", outbox().toString(), "--request", "--api", api());
        assertEquals(1, erased.exit());
        assertTrue(erased.err().contains("1 waiting"), erased::err);
        assertTrue(erased.err().contains("ask Pinterest to enable it"), erased::err);
    }

    @Test
    void aCommandLineThatWouldDoNothingIsRefused() throws Exception {
        EpikJar.Result nothing = erase("canary1@shop.example");
        assertEquals(2, nothing.exit());
        assertTrue(nothing.err().startsWith("epik: Nothing is to be done"), nothing::err);
        EpikJar.Result unknown = erase("canary1\n", "--outbox", "x");
        assertTrue(unknown.err().startsWith("epik: Line 1 of standard input is invalid"), unknown::err);
        assertEquals(2, unknown.exit());
    }
}
