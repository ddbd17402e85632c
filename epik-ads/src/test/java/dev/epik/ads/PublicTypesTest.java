// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.PublicTypes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Holds the public API of the module: its top-level types by name, and that no signature shows an internal type. A type
 * that is added or removed is a changed row here.
 */
class PublicTypesTest {
    private static final int MAX_TYPES = 44;

    private static final String TYPES = """
            dev.epik.ads.Ad
            dev.epik.ads.AdGroup
            dev.epik.ads.AdGroupSpec
            dev.epik.ads.AdSpec
            dev.epik.ads.AdsAccount
            dev.epik.ads.AdsClient
            dev.epik.ads.AdsEntity
            dev.epik.ads.AdsException
            dev.epik.ads.AdsReport
            dev.epik.ads.AdsSpec
            dev.epik.ads.AttributionWindows
            dev.epik.ads.Audience
            dev.epik.ads.AudienceClient
            dev.epik.ads.AudienceSpec
            dev.epik.ads.BillableEvent
            dev.epik.ads.Campaign
            dev.epik.ads.CampaignSpec
            dev.epik.ads.CustomerList
            dev.epik.ads.CustomerListClient
            dev.epik.ads.CustomerRow
            dev.epik.ads.CustomerRows
            dev.epik.ads.EntityClient
            dev.epik.ads.EntityStatus
            dev.epik.ads.Interest
            dev.epik.ads.InterestClient
            dev.epik.ads.ListProgress
            dev.epik.ads.ListSettings
            dev.epik.ads.ListUpdate
            dev.epik.ads.Money
            dev.epik.ads.Objective
            dev.epik.ads.SpendLimit
            dev.epik.ads.Targeting
            dev.epik.ads.WriteResult
            dev.epik.ads.plan.AdsPlanner
            dev.epik.ads.plan.ApplyReport
            dev.epik.ads.plan.FieldChange
            dev.epik.ads.plan.PauseReport
            dev.epik.ads.plan.Plan
            dev.epik.ads.plan.PlanAction
            dev.epik.ads.plan.PlanFile
            dev.epik.ads.plan.PlanFileException
            dev.epik.ads.plan.PlanKind
            dev.epik.ads.plan.PlanMistake
            dev.epik.ads.plan.SavedPlan
            """;

    @Test
    void thePublicTypesAreThoseOfTheList() throws Exception {
        List<String> types = PublicTypes.of("epik-ads", AdsClient.class).names();
        assertEquals(TYPES.strip(), String.join("\n", types));
        assertTrue(types.size() <= MAX_TYPES, () -> types.size() + " public types");
    }

    @Test
    void noPublicSignatureShowsAnInternalType() throws Exception {
        assertEquals(Set.of(), PublicTypes.of("epik-ads", AdsClient.class).shownInternalTypes());
    }
}
