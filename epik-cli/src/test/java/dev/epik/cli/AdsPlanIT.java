// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.Await;
import dev.epik.testkit.FakeAds;
import dev.epik.testkit.WriteFault;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code epik ads export}, {@code plan}, {@code apply} and {@code pause}. */
@Timeout(120)
class AdsPlanIT extends CliTestCase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHANGES = 3;
    private static final String HEAD = """
            ad_account: "549755885175"
            currency: EUR
            spend_limit: {daily: "100.00"}
            """;
    private static final String AUTUMN = HEAD + """
            audiences:
              - {name: "Buyers", type: visitors, event: checkout}
            campaigns:
              - name: Autumn
                objective: SALES
                daily_budget: "25.00"
                ad_groups:
                  - name: Left the cart
                    billable_event: IMPRESSION
                    exclude: ["Buyers"]
                    locations: [DE]
                    ads:
                      - {name: Vase, pin_id: "813744226420795884", creative_type: REGULAR}
            """;
    private static final int WRITES = 4;

    private final FakeAds fake = pinterest.ads();

    private EpikJar.Result ads(String... arguments) throws Exception {
        return ads(Map.of(), arguments);
    }

    private EpikJar.Result ads(Map<String, String> more, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>(environment());
        environment.putAll(more);
        EpikJar.Result result = EpikJar.run(environment, command(arguments));
        assertFalse((result.out() + result.err()).contains("canary"), result::err);
        return result;
    }

    private String[] command(String... arguments) {
        List<String> all = new ArrayList<>(List.of("ads"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--api", pinterest.uri().toString()));
        return all.toArray(String[]::new);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("autumn.yaml"), text).toString();
    }

    private static String changed(String original, String replacement) {
        assertTrue(AUTUMN.contains(original), original);
        return AUTUMN.replace(original, replacement);
    }

    private static void assertExit(int exit, EpikJar.Result result) {
        assertEquals(exit, result.exit(), () -> result.out() + result.err());
    }

    @Test
    void planReportsChangesByItsExitCodeAndSendsNothing() throws Exception {
        EpikJar.Result changes = ads("plan", file(AUTUMN));
        assertExit(CHANGES, changes);
        assertTrue(changes.out().contains("4 to create, 0 to change, 0 to activate."), changes.out());
        assertTrue(changes.err().startsWith("Nothing was sent. To apply it: epik ads apply "), changes.err());
        assertEquals(0, fake.writes());
        assertFalse(Files.exists(folder.resolve("autumn.yaml.journal")));

        assertExit(0, ads("apply", file(AUTUMN), "--yes"));

        EpikJar.Result nothing = ads("plan", file(AUTUMN));
        assertExit(0, nothing);
        assertTrue(nothing.out().contains("Nothing to change."), nothing.out());
    }

    @Test
    void planNamesAllMistakesWithLineFieldAndCure() throws Exception {
        String wrong = AUTUMN.replace("objective: SALES", "objective: SELLS")
                .replace("\"25.00\"", "25,00")
                .replace("locations:", "locatons:");

        EpikJar.Result result = ads("plan", file(wrong));

        assertExit(1, result);
        List<String> lines = result.err().lines().toList();
        assertEquals("epik: autumn.yaml has 3 mistakes:", lines.get(0));
        assertEquals("  line 8, campaigns[1].objective: \"SELLS\" is not possible: is it SALES?", lines.get(1));
        assertTrue(lines.get(2).startsWith("  line 9, campaigns[1].daily_budget: "), lines.get(2));
        assertTrue(lines.get(2).endsWith("write digits and a point, such as \"25.00\""), lines.get(2));
        assertEquals(
                "  line 14, campaigns[1].ad_groups[1].locatons: is not a key of an ad group: is it locations?",
                lines.get(3));
        assertEquals(4, lines.size());
        assertEquals(0, fake.calls().size());
    }

    @Test
    void planExitsWithOneIfTheAccountCannotBeRead() throws Exception {
        EpikJar.Result token = ads(Map.of("PINTEREST_ACCESS_TOKEN", "another"), "plan", file(AUTUMN));
        assertExit(1, token);
        assertTrue(token.err().contains("needs an OAuth token with ads:read and ads:write"), token.err());
        assertExit(1, ads("plan", folder.resolve("missing.yaml").toString()));
        assertExit(1, ads("plan", file(changed("currency: EUR", "currency: USD"))));
        assertExit(2, ads("plan"));
    }

    @Test
    void applyShowsThePlanAndRefusesWithoutYes() throws Exception {
        EpikJar.Result result = ads("apply", file(AUTUMN));

        assertExit(1, result);
        assertTrue(result.out().contains("+ create campaign \"Autumn\""), result.out());
        assertEquals("epik: Nothing was sent. To apply this, run it again with --yes\n", result.err());
        assertEquals(0, fake.writes());
    }

    @Test
    void applyCreatesEverythingPausedAndKeepsAJournal() throws Exception {
        EpikJar.Result result = ads("apply", file(AUTUMN), "--yes");

        assertExit(0, result);
        assertTrue(result.err().contains("4/4 created ad \"Autumn / Left the cart / Vase\""), result.err());
        assertTrue(result.out().endsWith("4 of 4 written.\nWhat was created is paused. Check it in Ads Manager.\n"));
        assertEquals(List.of(), fake.sentActive());
        List<String> journal = Files.readAllLines(folder.resolve("autumn.yaml.journal"));
        assertEquals(2 * WRITES, journal.size());
        assertTrue(journal.get(0).contains("\"step\":\"sending\"")
                && journal.get(0).contains("\"user\":"));
        assertFalse(String.join("", journal).contains("canary"));
    }

    @Test
    void applyPrintsJson() throws Exception {
        JsonNode done =
                JSON.readTree(ads("apply", file(AUTUMN), "--yes", "--json").out());
        assertTrue(done.path("complete").asBoolean(), done::toString);
        assertEquals("Autumn", done.at("/applied/1/name").asText());

        EpikJar.Result refused = ads("apply", file(changed("currency: EUR", "currency: USD")), "--yes", "--json");
        assertExit(1, refused);
        assertEquals(1, JSON.readTree(refused.out()).path("refusals").size(), refused.out());
    }

    @Test
    void savedPlanIsApplied() throws Exception {
        String plan = folder.resolve("plan.json").toString();
        assertExit(CHANGES, ads("plan", file(AUTUMN), "--out", plan));
        file("edited meanwhile");

        assertExit(1, ads("apply", plan));
        assertEquals(0, fake.writes());
        assertExit(0, ads("apply", plan, "--yes"));
        assertEquals(1, fake.campaigns().size());
    }

    @Test
    void savedPlanStopsIfSomethingMoved() throws Exception {
        String plan = folder.resolve("plan.json").toString();
        String id = fake.addCampaign(Map.of("name", "Summer", "status", "PAUSED"));
        assertExit(CHANGES, ads("plan", file(AUTUMN), "--out", plan));
        fake.change(id, "status", "ACTIVE");

        EpikJar.Result result = ads("apply", plan, "--yes");

        assertExit(1, result);
        assertTrue(result.out().contains("The ad account is not as it was when the plan was made"), result.out());
        assertTrue(result.out().contains(id), result.out());
        assertEquals(0, fake.writes());
    }

    @Test
    void savedPlanHasItsOwnNameAndOptions() throws Exception {
        assertExit(2, ads("plan", file(AUTUMN), "--out", folder.resolve("plan").toString()));
        assertExit(2, ads("apply", folder.resolve("plan.json").toString(), "--adopt", "--yes"));
        assertExit(1, ads("apply", folder.resolve("plan.json").toString(), "--yes"));
    }

    @Test
    void refusedPlanIsNotSaved() throws Exception {
        Path plan = folder.resolve("plan.json");
        assertExit(
                1,
                ads(
                        "plan",
                        file(changed("name: Autumn", "name: Autumn\n    status: ACTIVE")
                                .replace("\"25.00\"", "\"125.00\"")),
                        "--out",
                        plan.toString()));
        assertFalse(Files.exists(plan));
    }

    @Test
    void activeCampaignIsAdoptedByNameOnlyOnRequest() throws Exception {
        fake.addCampaign(Map.of("name", "Summer", "status", "ACTIVE"));
        String summer = file(HEAD + "campaigns: [{name: Summer, daily_budget: \"9.00\"}]");
        assertExit(1, ads("plan", summer));
        assertExit(CHANGES, ads("plan", summer, "--adopt"));
    }

    @Test
    void changeInAdsManagerIsOverwrittenOnlyOnRequest() throws Exception {
        assertExit(0, ads("apply", file(AUTUMN), "--yes"));
        fake.change(String.valueOf(fake.campaigns().get(0).get("id")), "daily_spend_cap", 30_000_000);

        EpikJar.Result drift = ads("apply", file(AUTUMN), "--yes");
        assertExit(1, drift);
        assertTrue(drift.out().contains("last applied 25.00 EUR, now 30.00 EUR, wanted 25.00 EUR"), drift.out());
        assertExit(0, ads("apply", file(AUTUMN), "--overwrite-drift", "--yes"));
        assertEquals("25000000", String.valueOf(fake.campaigns().get(0).get("daily_spend_cap")));
    }

    @Test
    void ceilingOfTheEnvironmentIsNotExceeded() throws Exception {
        String active = file(changed("name: Autumn", "name: Autumn\n    status: ACTIVE"));

        EpikJar.Result result = ads(Map.of("EPIK_ADS_MAX_DAILY", "20.00"), "apply", active, "--yes");

        assertExit(1, result);
        assertTrue(
                result.out().contains("and the limit is 20.00 EUR"),
                result.out().replaceAll("\\s+", " "));
        assertEquals(0, fake.writes());
        assertExit(1, ads(Map.of("EPIK_ADS_MAX_DAILY", ""), "plan", active));
        assertExit(1, ads(Map.of("EPIK_ADS_MAX_DAILY", "20,00"), "plan", active));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptedApplyGoesOnAndCreatesNothingTwice(boolean isKilled) throws Exception {
        String file = file(AUTUMN);
        Path err = folder.resolve("err");
        fake.failWrite(2, WriteFault.STALLED_AFTER); // the campaign exists, and its answer is on its way
        Process process = EpikJar.start(environment(), Redirect.to(err.toFile()), command("apply", file, "--yes"));
        try {
            Await.until(() -> fake.writes() == 2);
            if (!isKilled) {
                process.destroy(); // SIGTERM, as Ctrl-C and a shutdown do
                process.waitFor();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        fake.releaseResponses();
        String resume = "stopped. 1 of 4 writes were confirmed. To go on, run the same command again";
        assertEquals(
                !isKilled,
                Files.readString(err).contains(resume),
                () -> "stopped by " + (isKilled ? "SIGKILL" : "SIGTERM"));

        assertExit(0, ads("apply", file, "--yes"));

        assertEquals(1, fake.campaigns().size());
        assertEquals(1, fake.audiences().size());
        assertEquals(1, fake.ads().size());
    }

    @Test
    void lostAnswerIsFoundOutInsteadOfRepeated() throws Exception {
        fake.failWrite(2, WriteFault.CLOSED_AFTER);

        assertExit(0, ads("apply", file(AUTUMN), "--yes"));

        assertEquals(1, fake.campaigns().size());
    }

    @Test
    void pauseAllStopsEveryCampaign() throws Exception {
        fake.addCampaign(Map.of("name", "Summer", "status", "ACTIVE"));
        fake.addCampaign(Map.of("name", "Autumn", "status", "ACTIVE"));
        assertExit(2, ads("pause"));
        assertEquals(0, fake.writes());

        EpikJar.Result result = ads("pause", "--all");

        assertExit(0, result);
        assertTrue(result.out().contains("Paused \"Summer\" (626"), result.out());
        assertTrue(result.out().endsWith("No campaign is active any more. Nothing is spent.\n"), result.out());
        assertTrue(fake.campaigns().stream().allMatch(each -> "PAUSED".equals(each.get("status"))));
        assertTrue(ads("pause", "--all", "--json").out().startsWith("{\"complete\":true,\"paused\":[]"));
        assertExit(1, ads(Map.of("PINTEREST_ACCESS_TOKEN", "another"), "pause", "--all"));
    }

    @Test
    void exportedFileChangesNothing() throws Exception {
        fake.addCampaign(Map.of("name", "Summer", "status", "ACTIVE"));
        String file = folder.resolve("account.yaml").toString();

        assertExit(0, ads("export", file));
        assertExit(0, ads("plan", file));
        assertExit(2, ads("export", file));
        assertTrue(ads("export").out().contains("name: \"Summer\""));
        assertExit(1, ads(Map.of("PINTEREST_ACCESS_TOKEN", "another"), "export"));
        assertEquals(0, fake.writes());
    }
}
