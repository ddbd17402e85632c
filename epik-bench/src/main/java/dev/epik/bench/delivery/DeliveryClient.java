// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import java.util.List;

/** A client that delivers sales to the stub. */
interface DeliveryClient extends AutoCloseable {
    /** Submits all sales, as an application would; they may arrive after it returns. */
    void deliver(List<Sale> sales) throws Exception;

    /** Returns whether all arrived sales are settled; polled after the last arrival. */
    default boolean isSettled() throws Exception {
        return true;
    }

    @Override
    void close();
}
