// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.Map;

/**
 * A write of a plan. Immutable.
 *
 * @param ref what other steps call the entity: where it stands in the file
 * @param parentRef what steps call its parent; empty text if it has none
 * @param id its id; empty text if this plan creates it
 * @param set the fields to write, by their names in the file. An audience that the plan creates is {@code new:NAME}
 */
record Step(
        PlanAction.Type type,
        PlanKind kind,
        Wanted wanted,
        String ref,
        String parentRef,
        String id,
        Map<String, Object> set) {
    static final String NEW = "new:";
}
