// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A paid order; in this shop every payment succeeds. FreeMarker reads the public accessors.
 *
 * @param tagCall the pending call of the browser tag; empty before the sale is submitted and after the call was taken
 */
public record Order(String number, Product product, int quantity, AtomicReference<String> tagCall) {
    public BigDecimal total() {
        return product.price().multiply(BigDecimal.valueOf(quantity));
    }

    /** Returns the call of the browser tag once, so that reloading the thank-you page does not call the tag again. */
    String takeTagCall() {
        return tagCall.getAndSet("");
    }
}
