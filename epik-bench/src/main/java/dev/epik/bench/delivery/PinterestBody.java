// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.capi.StoredEvent;

/** The same text for all who keep it in one PostgreSQL: what they do with it is compared. */
final class PinterestBody {
    private PinterestBody() {}

    static String event(Sale sale) {
        return StoredEvent.of(Ours.ACCOUNT, sale.event()).json();
    }

    static String of(String eventJson) {
        return "{\"data\":[" + eventJson + "]}";
    }
}
