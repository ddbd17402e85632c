// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.AudienceStates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An audience as it is at Pinterest. Pinterest's versions send numbers of a rule as text and lists as single values, so
 * all forms are read. Immutable.
 */
public final class Audience extends AdsEntity {
    Audience(Fields fields, String currency) {
        super(fields, currency);
    }

    /** Returns its type as Pinterest names it, such as {@code VISITOR}; empty text if Pinterest sent none. */
    public String type() {
        return read().text("audience_type").orElse("");
    }

    /** Returns its state as Pinterest names it, such as {@code TOO_SMALL}; empty text if Pinterest sent none. */
    public String state() {
        return read().text("status").orElse("");
    }

    /** Returns how many people are in it; empty if Pinterest does not know it yet. */
    public OptionalLong size() {
        return read().number("size");
    }

    /** Returns what the state means and what to do about it, in a sentence. */
    public String explanation() {
        return AudienceStates.explain(state(), type(), size());
    }

    /** Returns whether ads can be shown to it now. */
    public boolean isUsable() {
        return AudienceStates.isUsable(state());
    }

    /** Returns the description; empty if there is none. */
    public Optional<String> description() {
        return read().text("description");
    }

    /** Returns the id of its customer list; empty if it has none. */
    public Optional<String> customerListId() {
        return rule("customer_list_id").stream().findFirst();
    }

    /** Returns the ids of the audiences that it is like; empty if it is of another type. */
    public List<String> seedIds() {
        return rule("seed_id");
    }

    /** Returns the event of its visitors as Pinterest names it, such as {@code addtocart}; empty if it has none. */
    public Optional<String> event() {
        return rule("event").stream().findFirst();
    }

    /** Returns for how many days a visitor stays in it; empty if Pinterest sent none. */
    public OptionalLong retentionDays() {
        return read().object("rule").number("retention_days");
    }

    /** Returns the values of a field of its rule: those of a list, or a single one. */
    public List<String> rule(String field) {
        return read().object("rule").texts(field);
    }

    @Override
    public String toString() {
        return "Audience[" + id() + ", \"" + name() + "\", " + state() + "]";
    }
}
