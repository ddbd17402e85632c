// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.facebook.ads.sdk.APIContext;
import com.facebook.ads.sdk.serverside.Event;
import com.facebook.ads.sdk.serverside.EventRequest;
import dev.epik.bench.Sale;
import dev.epik.bench.event.MetaEvent;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Meta's SDK: its events, its serialiser, which hashes, and 1,000 events per request, as its documentation recommends.
 * The JDK's HTTP client sends the request, because the SDK's client only supports https.
 */
final class MetaSdk implements DeliveryClient {
    private static final String PIXEL = "549755885175";
    private static final int MAX_EVENTS = 1000;

    private final APIContext context;
    private final Post post;

    MetaSdk(URI stub) {
        String root = stub.toString();
        this.context = new APIContext(root, root, "v24.0", "token-of-the-bench", null, null, false);
        this.post = new Post(stub.resolve("/v24.0/" + PIXEL + "/events"));
    }

    @Override
    public void deliver(List<Sale> sales) throws IOException, InterruptedException {
        for (int from = 0; from < sales.size(); from += MAX_EVENTS) {
            List<Event> events = new ArrayList<>(MAX_EVENTS);
            for (Sale sale : sales.subList(from, Math.min(sales.size(), from + MAX_EVENTS))) {
                events.add(MetaEvent.of(sale));
            }
            post.json(new EventRequest(PIXEL, context).data(events).getSerializedPayload());
        }
    }

    @Override
    public void close() {}
}
