// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.flag;
import static dev.epik.testkit.ads.Shape.integer;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.object;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

/** Types that the fields of several entities have. */
final class CommonFields {
    static final FieldType ID = matching("\\d{1,18}");
    static final FieldType STATUS = oneOf("ACTIVE PAUSED ARCHIVED DRAFT DELETED_DRAFT");
    static final FieldType NAME = text(1, 255);
    static final FieldType FLAG = nullable(flag());
    /** An amount in millionths of the ad account's currency. */
    static final FieldType MICRO_AMOUNT = nullable(integer(0, Long.MAX_VALUE));
    /** Seconds since 1970, up to the year 9999. */
    static final FieldType TIME = nullable(integer(0, 253_402_300_799L));

    static final FieldType URL = nullable(text(1, 2000));
    static final FieldType TRACKING_URLS = nullable(object(Shape.of(
            "",
            each(
                    nullable(list(text(1, 2000), 0, 3)),
                    "impression click engagement buyable_button audience_verification"))));

    private CommonFields() {}
}
