// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.segment.analytics.Analytics;
import com.segment.analytics.messages.TrackMessage;
import dev.epik.bench.Sale;
import java.net.URI;
import java.util.List;

/** Segment's client, with batches as large as its byte limit allows. It does not hash. */
final class Segment implements DeliveryClient {
    private static final int BATCH = 1000;

    private final Analytics analytics;

    Segment(URI stub) {
        this.analytics = Analytics.builder("key-of-the-bench")
                .endpoint(stub.toString())
                .flushQueueSize(BATCH)
                .build();
    }

    @Override
    public void deliver(List<Sale> sales) {
        for (Sale sale : sales) {
            analytics.enqueue(TrackMessage.builder("Order Completed")
                    .messageId(sale.orderId())
                    .userId(sale.email())
                    .properties(RawSale.of(sale)));
        }
        analytics.flush();
    }

    @Override
    public void close() {
        analytics.shutdown();
    }
}
