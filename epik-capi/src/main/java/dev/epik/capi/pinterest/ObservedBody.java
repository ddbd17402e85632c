// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** A request body that remembers whether the HTTP client began to send it. Thread-safe. */
final class ObservedBody implements BodyPublisher {
    private final BodyPublisher body;
    private volatile boolean started;

    ObservedBody(BodyPublisher body) {
        this.body = body;
    }

    boolean isStarted() {
        return started;
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        started = true;
        body.subscribe(subscriber);
    }
}
