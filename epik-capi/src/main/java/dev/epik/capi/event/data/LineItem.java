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
        @Nullable String brand) {

    /** Returns whether the item is sent; otherwise it is left out. */
    public boolean isSendable() {
        return !id.isEmpty() && quantity > 0;
    }

    boolean isSentUnchanged() {
        return isSendable() && Amount.isSentUnchanged(price);
    }

    LineItem withSentPrice() {
        return new LineItem(id, quantity, Amount.sent(price), name, category, brand);
    }
}
