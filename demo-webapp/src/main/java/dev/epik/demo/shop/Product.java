// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** A product of the shop. FreeMarker reads the public accessors. */
public record Product(String sku, String name, String category, BigDecimal price, String text) {
    public static final String CURRENCY = "EUR";

    static final List<Product> ALL = List.of(
            product(
                    "cup-01",
                    "Speckled cup",
                    "Table",
                    "18.00",
                    "Thrown by hand in stoneware, glazed inside. Holds 300 ml."),
            product(
                    "vase-02",
                    "Tall vase",
                    "Home",
                    "46.50",
                    "For three stems or one branch. Matt outside, watertight."),
            product(
                    "lamp-03",
                    "Paper lamp",
                    "Light",
                    "89.00",
                    "A warm, even light. Folds flat for the move to the next flat."),
            product(
                    "bowl-04",
                    "Serving bowl",
                    "Table",
                    "34.90",
                    "Wide enough for a salad for four, at home in the oven."),
            product(
                    "fern-05",
                    "Potted fern",
                    "Green",
                    "24.00",
                    "Likes shade, forgives a forgotten week. With its clay pot."),
            product("throw-06", "Wool throw", "Home", "119.00", "Woven from one kind of wool, undyed, 130 by 180 cm."));

    private static Product product(String sku, String name, String category, String price, String text) {
        return new Product(sku, name, category, new BigDecimal(price), text);
    }

    static Optional<Product> find(String sku) {
        return ALL.stream().filter(product -> product.sku.equals(sku)).findFirst();
    }
}
