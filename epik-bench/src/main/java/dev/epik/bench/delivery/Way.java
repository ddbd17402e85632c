// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import java.util.List;

/** One way to bring sales to the stub. */
interface Way extends AutoCloseable {
    /** Hands them all over, as a shop would; what is under way then arrives by itself. */
    void deliver(List<Sale> sales) throws Exception;

    /** Whether nothing is left to do for what has arrived; asked again and again after the last arrival. */
    default boolean isSettled() throws Exception {
        return true;
    }

    @Override
    void close();
}
