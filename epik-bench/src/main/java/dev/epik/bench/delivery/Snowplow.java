// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.snowplowanalytics.snowplow.tracker.Tracker;
import com.snowplowanalytics.snowplow.tracker.configuration.EmitterConfiguration;
import com.snowplowanalytics.snowplow.tracker.configuration.NetworkConfiguration;
import com.snowplowanalytics.snowplow.tracker.configuration.TrackerConfiguration;
import com.snowplowanalytics.snowplow.tracker.emitter.BatchEmitter;
import com.snowplowanalytics.snowplow.tracker.emitter.InMemoryEventStore;
import com.snowplowanalytics.snowplow.tracker.events.SelfDescribing;
import com.snowplowanalytics.snowplow.tracker.payload.SelfDescribingJson;
import dev.epik.bench.Sale;
import java.net.URI;
import java.util.List;

/**
 * Snowplow's tracker with its own emitter and memory store. It does not hash. Batches stay below a collector's usual
 * limit of 1 MB.
 */
final class Snowplow implements DeliveryClient {
    private static final int BATCH = 500;
    private static final int CAPACITY = 200_000;
    private static final int THREADS = 2;

    private final BatchEmitter emitter;
    private final Tracker tracker;

    Snowplow(URI stub) {
        this.emitter = new BatchEmitter(
                new NetworkConfiguration(stub.toString()),
                new EmitterConfiguration()
                        .batchSize(BATCH)
                        .threadCount(THREADS)
                        .eventStore(new InMemoryEventStore(CAPACITY)));
        this.tracker = new Tracker(new TrackerConfiguration("bench", "shop").base64Encoded(false), emitter);
    }

    @Override
    public void deliver(List<Sale> sales) {
        for (Sale sale : sales) {
            SelfDescribingJson json =
                    new SelfDescribingJson("iglu:com.example/checkout/jsonschema/1-0-0", RawSale.of(sale));
            if (tracker.track(SelfDescribing.builder().eventData(json).build()).contains(null)) {
                throw new IllegalStateException("Snowplow's store is full");
            }
        }
        emitter.flushBuffer();
    }

    @Override
    public void close() {
        tracker.close();
    }
}
