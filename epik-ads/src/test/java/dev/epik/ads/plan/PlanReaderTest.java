// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of plan files, and their mistakes. */
@Timeout(60)
class PlanReaderTest {
    private static List<PlanMistake> mistakes(String text) {
        return assertThrows(PlanFileException.class, () -> PlanReader.read("autumn.yaml", text))
                .mistakes();
    }

    @Test
    void allMistakesAreNamedAtOnceWithLineFieldAndCure() {
        List<PlanMistake> mistakes = mistakes("""
                ad_account: "549755885175"
                currency: EUR
                campaigns:
                  - name: Autumn
                    objective: SALE
                    daily_budget: 25,00
                    ad_groups:
                      - name: Left the cart
                        auto_targetting: false
                """);

        assertEquals(
                List.of(
                        "line 5, campaigns[1].objective: \"SALE\" is not possible: is it SALES?",
                        "line 6, campaigns[1].daily_budget: \"25,00\" is not possible. The amount is not a number:"
                                + " write digits and a point, such as \"25.00\"",
                        "line 9, campaigns[1].ad_groups[1].auto_targetting: is not a key of an ad group:"
                                + " is it auto_targeting?"),
                mistakes.stream().map(PlanMistake::toString).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: A, objective: WEB_CONVERSION | objective: is one of Pinterest's old words",
                "name: A, status: ARCHIVED | status: ARCHIVED is not possible",
                "name: A, status: active | status: \"active\" is not possible: is it ACTIVE?",
                "name: A, daily_budget: 25.001 | has more decimals than EUR has",
                "name: A, daily_budget: 1e3 | is not a number",
                "name: A, daily_budget: -25 | is not a number",
                "name: A, daily_budget: 0 | must be more than 0",
                "name: A, daily_budget: 99999999999999999999 | is not a number",
                "name: A, daily_budget: [25] | needs a single value",
                "name: A, daily_budget: | has no value",
                "name: A, daily_budget: '25', lifetime_budget: '30' | exclude each other",
                "name: A, start: 2026-12-01 | is not a time with a zone",
                "name: A, start: 2026-12-02T00:00:00Z, end: 2026-12-01T00:00:00Z | end: is not after the start",
                "name: A, end: 2026-12-01T00:00:00Z, open_ended: true | exclude each other",
                "name: A, open_ended: yes | is neither true nor false",
                "name: A, performance_plus: 'true' | without quotes",
                "name: A, name: B | is there twice, first in line 3",
                "objective: SALES | name: is missing",
                "name: A, id: C12 | is not an id",
                "name: A, ad_groups: {name: G} | is not a list",
                "name: A, ad_groups: [G] | is not an ad group",
                "name: A, ad_groups: [{name: G, locations: DE}] | is not a list",
                "name: A, ad_groups: [{name: G, locations: [Germany]}] | is not a country",
                "name: A, ad_groups: [{name: G, locations: []}] | name at least one country",
                "name: A, ad_groups: [{name: G, include: [X, X]}] | is there twice",
                "name: A, ad_groups: [{name: G, bid: 1.234}] | has more decimals",
                "name: A, ad_groups: [{name: G, conversion_event: checkout}] | needs the other one",
                "name: A, ad_groups: [{name: G, conversion_event: Checkout, conversion_tag: 1}] | is it checkout?",
                "name: A, ad_groups: [{name: G}, {name: G}] | is there twice",
                "name: A, ad_groups: [{name: G, ads: [{name: V, destination_url: shop.example}]}] | begin it with"
                        + " https://",
                "name: A, ad_groups: [{name: G, ads: [{name: V, pin_id: x}]}] | is not an id",
                "name: 'A ' | begins or ends with a space",
                "name: \"A\\u202e\" | has a character that cannot be seen",
                "name: \"A\\0\" | has a character that cannot be seen",
                "name: A, ad_groups: [{name: \" G\"}] | begins or ends with a space",
                "name: &a A, objective: *a | Aliases",
                "name: !!java.net.URL A | Tags",
            })
    void aMistakeHasItsFieldAndCure(String campaign, String message) {
        List<PlanMistake> mistakes = mistakes(PlanFixture.HEAD + "campaigns: [{" + campaign + "}]");

        assertEquals(1, mistakes.size(), mistakes::toString);
        assertTrue(mistakes.get(0).toString().contains(message), mistakes.get(0)::toString);
        assertEquals(3, mistakes.get(0).line());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment",
                "[]",
                "42",
                "a: [",
                "a: b: c",
                "\t",
                "--- {}\n--- {}",
                "{campaigns: []}",
                "\u0000",
                "? [a]\n: b",
                "ad_account: \"1\"\ncurrency: XXX\ncampaigns: []",
                "ad_account: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
            })
    void garbageIsAMistakeWithALine(String text) {
        List<PlanMistake> mistakes = mistakes(text);

        assertTrue(mistakes.get(0).line() >= 1);
        assertTrue(mistakes.get(0).message().length() > 20, mistakes::toString);
    }

    @Test
    void hugeFileIsRefused() {
        assertTrue(mistakes("a: " + "x".repeat(8_000_001)).get(0).message().contains("divide it"));
        assertTrue(
                mistakes("a: [" + "x,".repeat(500_001) + "]").get(0).message().contains("divide it"));
    }

    @Test
    void wordsThatYamlOnceTookForBooleansAreCountries() {
        PlanModel model = PlanReader.read(
                "f", PlanFixture.HEAD + "campaigns: [{name: A, ad_groups: [{name: G, locations: [NO, DE]}]}]");

        assertEquals(
                List.of("NO", "DE"),
                model.campaigns().get(0).children().get(0).values().get("locations"));
    }

    @Test
    void namesHaveEmojiAndLettersOfAllLanguages() {
        for (String name :
                List.of("🎄 👩\u200d💻", "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc7f", "خرید", "A\u0308")) {
            PlanModel model = PlanReader.read("f", PlanFixture.HEAD + "campaigns: [{name: \"" + name + "\"}]");
            assertEquals(name, model.campaigns().get(0).name());
        }
    }

    @Test
    void nameOfSomethingWithAnIdCanHaveHiddenCharacters() {
        PlanModel model = PlanReader.read("f", PlanFixture.HEAD + "campaigns: [{id: '1', name: \"A\\u202e \"}]");

        assertEquals("A\u202e ", model.campaigns().get(0).name());
    }

    @Test
    void amountsKeepTheirDigitsWithAndWithoutQuotes() {
        for (String amount : List.of("9007199254740.93", "\"9007199254740.93\"")) {
            PlanModel model =
                    PlanReader.read("f", PlanFixture.HEAD + "campaigns: [{name: A, daily_budget: " + amount + "}]");
            assertEquals("9007199254740.93", model.campaigns().get(0).text("daily_budget"));
        }
    }

    @Test
    void fileThatIsNoTextIsRefused(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("plan.yaml");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 1});

        assertTrue(assertThrows(dev.epik.ads.AdsException.class, () -> PlanFile.read(file))
                .getMessage()
                .contains("UTF-8"));
    }
}
