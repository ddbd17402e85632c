// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.CommonFields.FLAG;
import static dev.epik.testkit.ads.CommonFields.ID;
import static dev.epik.testkit.ads.CommonFields.STATUS;
import static dev.epik.testkit.ads.CommonFields.TRACKING_URLS;
import static dev.epik.testkit.ads.CommonFields.URL;
import static dev.epik.testkit.ads.Shape.anyObject;
import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of an ad. */
final class AdChecks {
    static final Shape CREATE = Shape.of(
            "ad_group_id pin_id creative_type",
            each(matching("(AG)?\\d{1,18}"), "ad_group_id"),
            each(ID, "pin_id"),
            each(
                    oneOf("REGULAR VIDEO SHOPPING CAROUSEL MAX_VIDEO SHOP_THE_PIN COLLECTION IDEA SHOWCASE QUIZ COLLAGE"
                            + " MAX_WIDTH_REGULAR_COLLECTION MAX_WIDTH_VIDEO_COLLECTION APP"),
                    "creative_type"),
            each(nullable(text(1, 255)), "name"),
            each(STATUS, "status"),
            each(URL, "destination_url click_tracking_url view_tracking_url android_deep_link ios_deep_link"),
            each(URL, "disclosure_url"),
            each(TRACKING_URLS, "tracking_urls"),
            each(
                    nullable(
                            oneOf(
                                    "GET_OFFER LEARN_MORE ORDER_NOW SHOP_NOW SIGN_UP SUBSCRIBE BUY_NOW CONTACT_US GET_QUOTE"
                                            + " VISIT_SITE APPLY_NOW BOOK_NOW REQUEST_DEMO REGISTER_NOW FIND_A_DEALER ADD_TO_CART"
                                            + " WATCH_NOW READ_MORE BUY_TICKETS DONATE_NOW DOWNLOAD EXPLORE_MORE FIND_A_LOCATION"
                                            + " FIND_RETAILERS GET_DEAL GET_RECIPE GET_SHOWTIMES ON_SALE PLAY_GAME TRY_IT TAKE_A_PEEK")),
                    "customizable_cta_type"),
            each(
                    nullable(list(text(1, 2000), 2, 5)),
                    "carousel_destination_urls carousel_android_deep_links carousel_ios_deep_links"),
            each(nullable(ID), "lead_form_id"),
            each(nullable(oneOf("CLOSEUP DIRECT_TO_DESTINATION")), "grid_click_type"),
            each(
                    nullable(oneOf("NO_DISCLOSURE PRESCRIBING_INFORMATION PRESCRIBING_INFORMATION_BOX_WARNING"
                            + " IMPORTANT_SAFETY_INFO MED_GUIDE PATIENT_INFORMATION")),
                    "disclosure_type"),
            each(FLAG, "is_removable is_pin_deleted"),
            each(nullable(anyObject()), "quiz_pin_data"));

    static final Shape UPDATE = CREATE.but("id", each(ID, "id"), each(nullable(ID), "pin_id"));

    /** Pinterest's defaults. The default of the status is not published; this is the one that spends money. */
    static final Map<String, Object> DEFAULTS = Map.of("status", "ACTIVE", "review_status", "PENDING");

    static final Set<String> DRAFT_ONLY = Set.of("pin_id", "ad_group_id");

    private AdChecks() {}

    /** Returns the first rule that an ad breaks. */
    static Optional<ApiError> violation(Entity ad) {
        boolean carousel = ad.text("creative_type").equals("CAROUSEL");
        return ad.has("carousel_destination_urls") && !carousel
                ? Optional.of(ApiError.invalid("carousel_destination_urls requires creative_type CAROUSEL."))
                : Optional.empty();
    }
}
