// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order.
 *
 * @param id the product's id in the shop's catalogue at Pinterest; an item whose id is empty is left out, with a
 *     warning
 * @param quantity at least 1; an item with less is left out, with a warning
 * @param price of one piece before discounts, in major units of the event's currency: 19.99, never micro-units; null
 *     where unknown
 */
public record Item(
        String id,
        int quantity,
        @Nullable BigDecimal price,
        @Nullable String name,
        @Nullable String category,
        @Nullable String brand) {

    public Item {
        String cleanId = Text.clean(id);
        id = cleanId == null ? "" : cleanId;
        name = Text.clean(name);
        category = Text.clean(category);
        brand = Text.clean(brand);
    }

    /** Returns whether the item is sent; otherwise it is left out. */
    boolean isSendable() {
        return !id.isEmpty() && quantity > 0;
    }

    /** Returns the item with its price as it is sent. */
    Item withSentPrice() {
        return new Item(id, quantity, MoneyRules.sent(price), name, category, brand);
    }

    public static Item of(String id, int quantity, @Nullable BigDecimal price) {
        return new Item(id, quantity, price, null, null, null);
    }

    public Item withName(@Nullable String productName) {
        return new Item(id, quantity, price, productName, category, brand);
    }

    public Item withCategory(@Nullable String productCategory) {
        return new Item(id, quantity, price, name, productCategory, brand);
    }

    public Item withBrand(@Nullable String productBrand) {
        return new Item(id, quantity, price, name, category, productBrand);
    }
}
