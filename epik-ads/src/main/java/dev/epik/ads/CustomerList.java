// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.AudienceStates;
import java.util.OptionalLong;

/** A customer list as it is at Pinterest. It is used by an audience on top of it. Immutable. */
public final class CustomerList extends AdsEntity {
    CustomerList(Fields fields, String currency) {
        super(fields, currency);
    }

    /** Returns its state as Pinterest names it, such as {@code PROCESSING}; empty text if Pinterest sent none. */
    public String state() {
        return read().text("status").orElse("");
    }

    /** Returns what the state means and what to do about it, in a sentence. */
    public String explanation() {
        return AudienceStates.explain(state(), "", OptionalLong.empty());
    }

    /**
     * Returns how many rows were uploaded. It counts every row of every request, also one that was there already or
     * that matches no user of Pinterest, so it does not show how many people were matched.
     */
    public long uploadedRows() {
        return read().number("num_uploaded_user_records").orElse(0);
    }

    /** Returns how many rows were removed, counted as {@link #uploadedRows} is. */
    public long removedRows() {
        return read().number("num_removed_user_records").orElse(0);
    }

    @Override
    public String toString() {
        return "CustomerList[" + id() + ", \"" + name() + "\", " + state() + "]";
    }
}
