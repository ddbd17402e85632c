// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.bench.Sale;
import dev.epik.bench.event.PlainEvent;
import java.net.URI;
import java.util.List;

/** What a shop writes by itself: a mapper, a digest for each value, and one request for each sale. */
final class Naive implements Way {
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
