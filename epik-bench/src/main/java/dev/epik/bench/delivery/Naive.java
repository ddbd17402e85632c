// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.bench.Sale;
import dev.epik.bench.event.PlainEvent;
import java.net.URI;
import java.util.List;

/** A client as an application would write it: a JSON mapper, a digest per value, and one request per sale. */
final class Naive implements DeliveryClient {
    private final ObjectMapper mapper = new ObjectMapper();
    private final Post post;

    Naive(URI stub) {
        this.post = Post.toPinterest(stub);
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(sales, sale -> post.json("{\"data\":[" + PlainEvent.naive(mapper, sale) + "]}"));
    }

    @Override
    public void close() {}
}
