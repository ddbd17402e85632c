// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.applied;
import static dev.epik.ads.AdsFixture.rejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.WriteFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audiences and interests. */
@Timeout(60)
class AudienceClientTest {
    private static final String TAG = "2617998078212";

    private AdsFixture fixture;
    private AudienceClient audiences;

    @BeforeEach
    void open() {
        fixture = new AdsFixture();
        audiences = fixture.ads.audiences();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void visitorsAreThoseOfAnEventInPinterestsWord() {
        Audience audience = applied(audiences.create(
                AudienceSpec.visitors("Added to cart", TAG, "add_to_cart").retentionDays(30)));

        assertEquals("VISITOR", audience.type());
        assertEquals(Optional.of("addtocart"), audience.event());
        assertEquals(OptionalLong.of(30), audience.retentionDays());
        assertEquals(
                Map.of("visitor_source_id", TAG, "event", "addtocart", "retention_days", 30),
                fixture.pinterest.ads().audiences().get(0).get("rule"));
    }

    @Test
    void actalikeHasASeedACountryAndAPercentage() {
        Audience buyers = applied(audiences.create(AudienceSpec.visitors("Buyers", TAG, "checkout")));

        Audience like = applied(audiences.create(AudienceSpec.actalike("Like our buyers", buyers.id(), "DE", 3)));

        assertEquals(List.of(buyers.id()), like.seedIds());
        assertEquals(List.of("3"), like.rule("percentage"));
        assertEquals(List.of("DE"), like.rule("country"));
    }

    @Test
    void aCustomerListIsUsedByItsAudience() {
        String list = fixture.pinterest.ads().addCustomerList(Map.of("name", "Newsletter"));

        Audience audience = applied(audiences.create(AudienceSpec.customerList("Newsletter", list)));

        assertEquals(Optional.of(list), audience.customerListId());
    }

    @Test
    void nameAndDescriptionCanBeChangedAndNothingElse() {
        Audience audience = applied(audiences.create(AudienceSpec.visitors("Buyers", TAG, "checkout")));

        Audience changed = applied(audiences.update(
                audience.id(), AudienceSpec.change().name("All buyers").description("180 days")));

        assertEquals("All buyers", changed.name());
        assertEquals(Optional.of("180 days"), changed.description());
        assertEquals(Optional.of("checkout"), changed.event());
        assertFalse(
                rejected(audiences.update(audience.id(), AudienceSpec.change())).isSent());
        assertFalse(rejected(audiences.update(audience.id(), AudienceSpec.visitors("x", TAG, "checkout")))
                .isSent());
        assertFalse(rejected(audiences.create(AudienceSpec.change().name("x"))).isSent());
    }

    @Test
    void onlyDeleteDeletes() {
        Audience audience = applied(audiences.create(AudienceSpec.visitors("Buyers", TAG, "checkout")));
        assertEquals(1, audiences.list().count());

        applied(audiences.delete(audience.id()));

        assertEquals(Optional.empty(), audiences.find(audience.id()));
    }

    @ParameterizedTest
    @CsvSource({"ERROR_AFTER, 1", "CLOSED_AFTER, 1", "ERROR_BEFORE, 0", "CLOSED_BEFORE, 0"})
    void anUnclearAnswerIsUnknownAndTheNameFindsIt(WriteFault fault, int found) {
        fixture.pinterest.ads().failWrite(1, fault);

        assertInstanceOf(WriteResult.Unknown.class, audiences.create(AudienceSpec.visitors("Buyers", TAG, "checkout")));

        assertEquals(1, fixture.pinterest.ads().writes());
        assertEquals(found, audiences.findByName("Buyers").size());
    }

    @Test
    void allFormsOfARuleAreRead() {
        String id = fixture.pinterest
                .ads()
                .addAudience(Map.of(
                        "name",
                        "Old",
                        "audience_type",
                        "ACTALIKE",
                        "status",
                        "NEW_STATE",
                        "size",
                        "1200",
                        "rule",
                        Map.of(
                                "seed_id",
                                List.of(17),
                                "percentage",
                                "10",
                                "retention_days",
                                "180",
                                "visitor_source_id",
                                List.of(TAG),
                                "url",
                                Map.of("contains", List.of("x")))));

        Audience audience = audiences.find(id).orElseThrow();

        assertEquals(List.of("17"), audience.seedIds());
        assertEquals(List.of("10"), audience.rule("percentage"));
        assertEquals(OptionalLong.of(180), audience.retentionDays());
        assertEquals(List.of(TAG), audience.rule("visitor_source_id"));
        assertEquals(OptionalLong.of(1200), audience.size());
        assertEquals(List.of(), audience.rule("url"));
        assertTrue(audience.explanation().contains("NEW_STATE"));
        assertTrue(audience.json().contains("\"contains\":[\"x\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READY                    | VISITOR       | true  | ads can be shown",
                "ELIGIBLE                 | VISITOR       | true  | ads can be shown",
                "TOO_SMALL                | VISITOR       | false | up to 540",
                "TOO_SMALL                | ACTALIKE      | false | a higher percentage",
                "TOO_SMALL                | CUSTOMER_LIST | false | Add more rows",
                "INITIALIZING             | VISITOR       | false | up to 48 hours",
                "PROCESSING               |               | false | matching the rows",
                "UPLOADING                |               | false | continue the upload",
                "PERSONAS_INELIGIBLE_SIZE | VISITOR       | false | too small for Pinterest's personas",
                "PERSONAS_INITIALIZING    | VISITOR       | false | personas",
            })
    void eachStateIsExplainedWithItsCure(String state, String type, boolean isUsable, String part) {
        String kind = type == null ? "" : type;
        assertEquals(isUsable, dev.epik.ads.rules.AudienceStates.isUsable(state));
        String sentence = dev.epik.ads.rules.AudienceStates.explain(state, kind, OptionalLong.of(42));
        assertTrue(sentence.contains(part), sentence);
    }

    @Test
    void invalidValuesAreRefusedWhenTheSpecIsMade() {
        assertThrows(AdsException.class, () -> AudienceSpec.visitors("", TAG, "checkout"));
        assertThrows(AdsException.class, () -> AudienceSpec.visitors("x", "tag", "checkout"));
        String cure = assertThrows(AdsException.class, () -> AudienceSpec.visitors("x", TAG, "addtocart"))
                .getMessage();
        assertTrue(cure.contains("add_to_cart"), cure);
        assertThrows(AdsException.class, () -> AudienceSpec.actalike("x", "1", "XX", 3));
        assertThrows(AdsException.class, () -> AudienceSpec.actalike("x", "1", "DE", 11));
        assertThrows(
                AdsException.class,
                () -> AudienceSpec.visitors("x", TAG, "checkout").retentionDays(541));
        assertThrows(
                AdsException.class, () -> AudienceSpec.customerList("x", "1").retentionDays(5));
    }

    @Test
    void interestsAreFoundByIdAndByNameAndReadOnce() {
        InterestClient interests = fixture.ads.interests();

        assertEquals(new Interest("900011", "Garden"), interests.named(" gARDEN"));
        assertEquals(Optional.of(new Interest("900002", "Fashion")), interests.find("900002"));
        assertEquals(Optional.empty(), interests.find("1"));
        assertEquals(6, interests.list().size());
        assertEquals(
                1,
                fixture.pinterest.ads().calls().stream()
                        .filter(call -> call.path().contains("/targeting/"))
                        .count());
    }

    @Test
    void similarInterestsAreSuggested() {
        String message = assertThrows(
                        AdsException.class, () -> fixture.ads.interests().named("Gardn"))
                .getMessage();
        assertEquals("Pinterest has no interest \"Gardn\": is it \"Garden\"?", message);
        assertEquals(
                "Pinterest has no interest \"Zebra\"",
                assertThrows(AdsException.class, () -> fixture.ads.interests().named("Zebra"))
                        .getMessage());
    }
}
