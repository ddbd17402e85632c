// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

import dev.epik.capi.event.normalize.Amount;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** One line of an order, with clean texts. Immutable. */
public record LineItem(
        String id,
        int quantity,
        @Nullable BigDecimal price,
        @Nullable String name,
        @Nullable String category,
        @Nullable String brand,
        @Nullable String brandId) {
    /** The limit of {@code item_brand_id} in Pinterest's API 5.28. */
    public static final int MAX_BRAND_ID_LENGTH = 64;

    /** Returns whether the item is sent; otherwise it is left out. */
    public boolean isSendable() {
        return !id.isEmpty() && quantity > 0;
    }

    boolean isSentUnchanged() {
        return isSendable() && Amount.isSentUnchanged(price) && isBrandIdSent();
    }

    /** Returns whether there is no id of the brand, or one that Pinterest accepts. */
    public boolean isBrandIdSent() {
        return brandId == null || brandId.length() <= MAX_BRAND_ID_LENGTH;
    }

    /** Returns the item without its name. */
    public LineItem withoutName() {
        return name == null ? this : new LineItem(id, quantity, price, null, category, brand, brandId);
    }

    /** Returns the item with the values that are sent. */
    LineItem asSent() {
        return new LineItem(id, quantity, Amount.sent(price), name, category, brand, isBrandIdSent() ? brandId : null);
    }
}
