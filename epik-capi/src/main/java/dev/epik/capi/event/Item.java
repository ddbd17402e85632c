// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.normalize.Text;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order. Immutable. White space around texts is removed; blank texts count as null.
 *
 * @param id the product's id in the shop's catalogue at Pinterest; an item with an empty id is left out, with a warning
 * @param quantity the number of pieces; an item with less than 1 is left out, with a warning
 * @param price the price of one piece before discounts, in major units of the event's currency: 19.99, never
 *     micro-units; null if unknown. A negative price is left out with a warning, and one with over 6 decimals is
 *     rounded
 * @param name the name of the product; null if unknown
 * @param category the category of the product; null if unknown
 * @param brand the brand of the product; null if unknown
 * @param brandId the id of the brand in the shop's catalogue at Pinterest, at most 64 characters; null if unknown. A
 *     longer one is left out with a warning
 */
public record Item(
        String id,
        int quantity,
        @Nullable BigDecimal price,
        @Nullable String name,
        @Nullable String category,
        @Nullable String brand,
        @Nullable String brandId) {

    /** Creates an item. Null for the id counts as empty. */
    public Item {
        String cleanId = Text.clean(id);
        id = cleanId == null ? "" : cleanId;
        name = Text.clean(name);
        category = Text.clean(category);
        brand = Text.clean(brand);
        brandId = Text.clean(brandId);
    }

    /** Returns an item without name, category, brand and id of the brand. */
    public static Item of(String id, int quantity, @Nullable BigDecimal price) {
        return new Item(id, quantity, price, null, null, null, null);
    }

    /** Returns the item with another name; null removes it. */
    public Item withName(@Nullable String productName) {
        return new Item(id, quantity, price, productName, category, brand, brandId);
    }

    /** Returns the item with another category; null removes it. */
    public Item withCategory(@Nullable String productCategory) {
        return new Item(id, quantity, price, name, productCategory, brand, brandId);
    }

    /** Returns the item with another brand; null removes it. */
    public Item withBrand(@Nullable String productBrand) {
        return new Item(id, quantity, price, name, category, productBrand, brandId);
    }

    /** Returns the item with another id of its brand; null removes it. */
    public Item withBrandId(@Nullable String productBrandId) {
        return new Item(id, quantity, price, name, category, brand, productBrandId);
    }

    LineItem toLine() {
        return new LineItem(id, quantity, price, name, category, brand, brandId);
    }
}
