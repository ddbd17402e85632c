// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.capi.StoredEvent;

/** The event JSON that all PostgreSQL clients store, so that only their delivery differs. */
final class PinterestBody {
    private PinterestBody() {}

    static String event(Sale sale) {
        return StoredEvent.of(Ours.ACCOUNT, sale.event()).json();
    }

    static String of(String eventJson) {
        return "{\"data\":[" + eventJson + "]}";
    }
}
