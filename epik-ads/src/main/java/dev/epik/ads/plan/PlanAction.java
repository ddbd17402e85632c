// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;

/**
 * A write of a plan, for people. Immutable.
 *
 * @param type what it does
 * @param kind with what
 * @param id the id at Pinterest; empty text if it has none yet
 * @param name the names from the campaign on, such as {@code Autumn / Left the cart}
 * @param changes the fields
 */
public record PlanAction(Type type, PlanKind kind, String id, String name, List<FieldChange> changes) {
    /** The types of actions. */
    public enum Type {
        /** Creates it, paused. */
        CREATE,
        /** Changes fields. */
        CHANGE,
        /**
         * Makes it active. The last actions of a plan are of this type, the campaigns behind their ad groups and ads.
         */
        ACTIVATE
    }

    /** Copies the list. */
    public PlanAction {
        changes = List.copyOf(changes);
    }
}
