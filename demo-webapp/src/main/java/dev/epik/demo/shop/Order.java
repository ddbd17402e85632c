// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicBoolean;

/** A paid order: in this shop every card works. Public accessors as FreeMarker reads them. */
public record Order(String number, Product product, int quantity, AtomicBoolean tagTold) {
    public BigDecimal total() {
        return product.price().multiply(BigDecimal.valueOf(quantity));
    }

    /** True once: a thank-you page that is loaded again must not tell the browser tag again. */
    boolean takeTagCall() {
        return tagTold.compareAndSet(false, true);
    }
}
