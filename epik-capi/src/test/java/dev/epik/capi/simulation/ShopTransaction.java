// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.util.ArrayList;
import java.util.List;

/** A transaction of the shop on a {@link ModelOutbox} that has stored events and is not over. */
public final class ShopTransaction {
    final List<ModelRow> inserted = new ArrayList<>();
    final List<ModelRow> locked = new ArrayList<>();

    ShopTransaction() {}
}
