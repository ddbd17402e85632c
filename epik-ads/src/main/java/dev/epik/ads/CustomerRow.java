// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.lists.InputRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of a customer list. The {@link Builder} normalises and hashes email, phone and advertising id at once, by the
 * rules of conversion events, and keeps no raw value of them. External id, IP address and user agent are kept and sent
 * as they are: customer lists want them so, although conversion events hash the external id. Immutable.
 */
public final class CustomerRow {
    private final InputRow row;

    CustomerRow(InputRow row) {
        this.row = row;
    }

    /** Returns a builder of a row. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the SHA-256 of each value by which a person can opt out, as 64 hex digits: email, phone, advertising id
     * and external id.
     */
    public Set<String> hashes() {
        return row.hashes();
    }

    InputRow input() {
        return row;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CustomerRow that && that.row.equals(row);
    }

    @Override
    public int hashCode() {
        return row.hashCode();
    }

    /** Shows the names of the fields, and no value. */
    @Override
    public String toString() {
        return "CustomerRow" + row.fields().keySet();
    }

    /**
     * Collects the values of a row. Null and blank values are ignored. A value that is not valid makes the row invalid.
     * Not thread-safe.
     */
    public static final class Builder {
        private final InputRow.Builder row = new InputRow.Builder();

        private Builder() {}

        /** Sets an email address, which is hashed. */
        public Builder email(@Nullable String email) {
            row.email(email);
            return this;
        }

        /** Sets the SHA-256 of a normalised email address, as 64 hex digits. */
        public Builder emailSha256(@Nullable String hash) {
            row.emailSha256(hash);
            return this;
        }

        /** Sets a phone number with its country code, which is hashed. */
        public Builder phone(@Nullable String phone) {
            row.phone(phone);
            return this;
        }

        /** Sets the SHA-256 of a normalised phone number, as 64 hex digits. */
        public Builder phoneSha256(@Nullable String hash) {
            row.phoneSha256(hash);
            return this;
        }

        /** Sets the advertising id of Apple or Google, which is hashed. */
        public Builder maid(@Nullable String maid) {
            row.maid(maid);
            return this;
        }

        /** Sets the SHA-256 of an advertising id, as 64 hex digits. */
        public Builder maidSha256(@Nullable String hash) {
            row.maidSha256(hash);
            return this;
        }

        /** Sets the shop's own id of the customer. It is not hashed, so one with an {@code @} is invalid. */
        public Builder externalId(@Nullable String externalId) {
            row.externalId(externalId);
            return this;
        }

        /** Sets the IP address. It is not hashed. */
        public Builder ipAddress(@Nullable String ipAddress) {
            row.ipAddress(ipAddress);
            return this;
        }

        /** Sets the user agent. It is not hashed. */
        public Builder userAgent(@Nullable String userAgent) {
            row.userAgent(userAgent);
            return this;
        }

        /** Returns the row. */
        public CustomerRow build() {
            return new CustomerRow(row.build());
        }
    }
}
