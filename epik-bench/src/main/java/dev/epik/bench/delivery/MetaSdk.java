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
 * Meta's SDK: its event, its serialiser, which hashes, and a thousand events a request, as it says itself. The request goes out by the JDK's
 * HTTP client, since the SDK's own takes nothing but https.
 */
final class MetaSdk implements Way {
    private static final String PIXEL = "549755885175";
    private static final int MOST = 1000;

    private final APIContext context;
    private final Post post;

    MetaSdk(URI stub) {
        String root = stub.toString();
        this.context = new APIContext(root, root, "v24.0", "token-of-the-bench", null, null, false);
        this.post = new Post(stub.resolve("/v24.0/" + PIXEL + "/events"));
    }

    @Override
    public void deliver(List<Sale> sales) throws IOException, InterruptedException {
        for (int from = 0; from < sales.size(); from += MOST) {
            List<Event> events = new ArrayList<>(MOST);
            for (Sale sale : sales.subList(from, Math.min(sales.size(), from + MOST))) {
                events.add(MetaEvent.of(sale));
            }
            post.json(new EventRequest(PIXEL, context).data(events).getSerializedPayload());
        }
    }

    @Override
    public void close() {}
}
