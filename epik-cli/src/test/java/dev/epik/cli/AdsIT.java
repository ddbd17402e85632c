// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code epik ads audience} and {@code epik ads report}. */
@Timeout(120)
class AdsIT extends CliTestCase {
    private EpikJar.Result ads(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("ads"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--api", pinterest.uri().toString()));
        return epik(all.toArray(String[]::new));
    }

    private Path customers(int from, int to) throws IOException {
        List<String> lines = new ArrayList<>(List.of("email"));
        for (int i = from; i < to; i++) {
            lines.add("canary" + i + "@shop.example");
        }
        return Files.write(folder.resolve("customers.csv"), lines);
    }

    private int rows() {
        return pinterest
                .ads()
                .rows(String.valueOf(pinterest.ads().customerLists().get(0).get("id")))
                .size();
    }

    @Test
    void syncMakesTheListEqualToTheFile() throws Exception {
        EpikJar.Result first = ads("audience", "upload", customers(0, 300).toString());
        assertEquals(0, first.exit(), first.err());
        assertTrue(first.out().startsWith("Rows: 300 read, 300 added, 0 removed"), first.out());
        assertEquals("customers", pinterest.ads().audiences().get(0).get("name"));

        EpikJar.Result refused = ads("audience", "sync", customers(200, 310).toString());
        assertEquals(1, refused.exit());
        assertTrue(refused.err().startsWith("epik: 200 of the 300 rows of the list would be removed"), refused.err());
        assertEquals(300, rows());

        EpikJar.Result confirmed = ads("audience", "sync", customers(200, 310).toString(), "--yes");
        assertEquals(0, confirmed.exit(), confirmed.err());
        assertEquals(110, rows());
        assertEquals(1, pinterest.ads().audiences().size());
    }

    @Test
    void peopleWhoOptedOutAreRemoved() throws Exception {
        ads("audience", "sync", customers(0, 20).toString());
        Path optedOut = Files.write(folder.resolve("opted-out"), List.of("Canary3@Shop.Example"));

        EpikJar.Result result = ads("audience", "sync", customers(0, 20).toString(), "--suppress", optedOut.toString());

        assertTrue(
                result.out().startsWith("Rows: 20 read, 0 added, 1 removed, 19 unchanged, 0 duplicate, 1 suppressed"));
        assertEquals(19, rows());
    }

    @Test
    void anEmptyListOfPeopleWhoOptedOutIsRefused() throws Exception {
        Path empty = Files.createFile(folder.resolve("opted-out"));

        EpikJar.Result result = ads("audience", "sync", customers(0, 20).toString(), "--suppress", empty.toString());

        assertEquals(2, result.exit());
        assertTrue(result.err().startsWith("epik: The file of --suppress is empty"), result.err());
        assertEquals(0, pinterest.ads().writes());
    }

    @Test
    void invalidRowsAreNamedAndNothingIsSent() throws Exception {
        Path file = customers(0, 3);
        Files.writeString(file, "canary\n", java.nio.file.StandardOpenOption.APPEND);

        EpikJar.Result result = ads("audience", "sync", file.toString());

        assertEquals(1, result.exit());
        assertTrue(result.err().startsWith("Line 5 email is not an email address"), result.err());
        assertEquals(0, pinterest.ads().writes());
    }

    @Test
    void noFileHasARawAddress() throws Exception {
        ads("audience", "sync", customers(0, 3).toString());

        try (Stream<Path> files = Files.walk(folder.resolve("customers.csv.list"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(
                        Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains("canary"),
                        file::toString);
            }
        }
    }

    private void spend() {
        String campaign = pinterest.ads().addCampaign(Map.of("name", "Autumn", "status", "ACTIVE"));
        pinterest
                .ads()
                .figures(
                        campaign,
                        LocalDate.now(ZoneOffset.UTC),
                        Map.of(
                                "SPEND_IN_MICRO_DOLLAR", 12_500_000,
                                "TOTAL_CHECKOUT", 2,
                                "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR", 50_000_000));
    }

    @Test
    void reportShowsSpendAndAttributedCheckouts() throws Exception {
        spend();

        String text = ads("report", "--since", "7d").out();
        String json = ads("report", "--json").out();

        assertTrue(text.contains("Autumn    ACTIVE  12.50          2  50.00           6.25  4.00"), text);
        assertTrue(json.contains("\"spend\":\"12.50\",\"checkouts\":2,\"value\":\"50.00\""), json);
        assertEquals(2, ads("report", "--since", "yesterday").exit());
        assertEquals(2, ads("report", "--since", "91d").exit());
    }

    @Test
    void reportShowsBesideThemWhatPinterestAcceptedFromEpik() throws Exception {
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        Path one = Files.writeString(
                folder.resolve("one.csv"), today + ",1,25.00,EUR\n" + today + ",1,10.50,EUR\n2020-01-01,7,1.00,EUR\n");
        Path other = Files.writeString(
                folder.resolve("other.csv"),
                "day,events,value,currency\n" + today + ",3,9.99,USD\n" + today + ",1,,\n");
        spend();

        String text = ads("report", "--accepted", one.toString(), "--accepted", other.toString())
                .out();
        String json = ads("report", "--accepted", one.toString(), "--json").out();
        EpikJar.Result wrong =
                ads("report", "--accepted", Files.writeString(one, "today,1").toString());

        assertTrue(text.contains("ROAS  Accepted    Accepted value\n" + today), text);
        assertTrue(
                text.contains(today + "  12.50          2  50.00           6.25  4.00         6  35.50 + 9.99 USD\n"),
                text);
        assertFalse(text.contains("2020-01-01"), text);
        assertTrue(json.contains("\"accepted_events\":2,\"accepted_values\":{\"EUR\":\"35.50\"}"), json);
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().contains("Line 1 of "), wrong.err());
    }
}
