// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order.
 *
 * @param id the product's id in the shop's catalogue at Pinterest
 * @param quantity at least 1
 * @param price of one piece before discounts, in major units of the event's currency: 19.99, never micro-units
 */
public record Item(
        String id,
        int quantity,
        BigDecimal price,
        @Nullable String name,
        @Nullable String category,
        @Nullable String brand) {

    public static Item of(String id, int quantity, BigDecimal price) {
        return new Item(id, quantity, price, null, null, null);
    }

    public Item named(String productName) {
        return new Item(id, quantity, price, productName, category, brand);
    }

    public Item inCategory(String productCategory) {
        return new Item(id, quantity, price, name, productCategory, brand);
    }

    public Item ofBrand(String productBrand) {
        return new Item(id, quantity, price, name, category, productBrand);
    }
}
