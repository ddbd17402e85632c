// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A paid order: in this shop every card works. Public accessors as FreeMarker reads them.
 *
 * @param tagCall what the browser tag is still to be told; empty before the sale is reported and after the tag was told
 */
public record Order(String number, Product product, int quantity, AtomicReference<String> tagCall) {
    public BigDecimal total() {
        return product.price().multiply(BigDecimal.valueOf(quantity));
    }

    /** Given once: a thank-you page that is loaded again must not tell the browser tag again. */
    String takeTagCall() {
        return tagCall.getAndSet("");
    }
}
