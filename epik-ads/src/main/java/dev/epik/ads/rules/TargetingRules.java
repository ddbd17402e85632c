// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import java.util.List;

/** The rules of a {@code targeting_spec} that has a place already. */
final class TargetingRules {
    private static final String MINIMUM = "MINIMUM_AGE";
    private static final String MAXIMUM = "MAXIMUM_AGE";

    private TargetingRules() {}

    static void check(Fields targeting, List<Violation> violations) {
        boolean hasMinimum = targeting.has(MINIMUM);
        if (hasMinimum != targeting.has(MAXIMUM)) {
            violations.add(Violation.of("targeting_spec", "has only one of MINIMUM_AGE and MAXIMUM_AGE: set both"));
        } else if (hasMinimum && age(targeting, MINIMUM) > age(targeting, MAXIMUM)) {
            violations.add(Violation.of("targeting_spec", "has a minimum age over the maximum age"));
        }
        if (hasMinimum && targeting.has("AGE_BUCKET")) {
            violations.add(Violation.of("targeting_spec", "has ages and AGE_BUCKET: leave out AGE_BUCKET"));
        }
    }

    private static int age(Fields targeting, String name) {
        String text = targeting.text(name).orElse("");
        if (text.equals("65+")) {
            return 66;
        }
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    }
}
