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

import dev.epik.testkit.ads.Shape.Type;

/** Types that the fields of several entities have. */
final class CommonFields {
    static final Type ID = matching("\\d{1,18}");
    static final Type STATUS = oneOf("ACTIVE PAUSED ARCHIVED DRAFT DELETED_DRAFT");
    static final Type NAME = text(1, 255);
    static final Type FLAG = nullable(flag());
    /** An amount in millionths of the ad account's currency. */
    static final Type MICRO_AMOUNT = nullable(integer(0, Long.MAX_VALUE));
    /** Seconds since 1970, up to the year 9999. */
    static final Type TIME = nullable(integer(0, 253_402_300_799L));

    static final Type URL = nullable(text(1, 2000));
    static final Type TRACKING_URLS = nullable(object(Shape.of(
            "",
            each(
                    nullable(list(text(1, 2000), 0, 3)),
                    "impression click engagement buyable_button audience_verification"))));

    private CommonFields() {}
}
