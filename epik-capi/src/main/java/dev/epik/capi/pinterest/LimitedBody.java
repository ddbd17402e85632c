// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Reads a response body up to a limit. At the first byte beyond it, the connection is closed and the exchange fails
 * with {@link TooLong}. Nothing beyond the limit is kept, so an endless body needs no more heap than a long one.
 *
 * <p>The JDK's client does not decompress, so a compressed body cannot expand beyond the limit. The client limits the
 * headers itself, to 384 kB since the updates of October 2024 ({@code jdk.http.maxHeaderSize}). On an older JDK only
 * the deadline limits them.
 */
final class LimitedBody<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> body;
    private final ResponseInfo head;
    private final long maxBytes;
    private Flow.Subscription subscription = NONE;
    private long bytes;
    private boolean cancelled;

    private static final Flow.Subscription NONE = new Flow.Subscription() {
        @Override
        public void request(long ignored) {}

        @Override
        public void cancel() {}
    };

    /** Thrown if the body is longer than its limit. The head of the answer is known. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient ResponseInfo head;

        private TooLong(ResponseInfo head, long maxBytes) {
            super("is longer than " + maxBytes + " bytes");
            this.head = head;
        }

        ResponseInfo head() {
            return head;
        }
    }

    private LimitedBody(BodySubscriber<T> body, ResponseInfo head, long maxBytes) {
        this.body = body;
        this.head = head;
        this.maxBytes = maxBytes;
    }

    /** Returns a handler that reads at most this many bytes. */
    static <T> BodyHandler<T> of(BodyHandler<T> handler, long maxBytes) {
        return head -> new LimitedBody<>(handler.apply(head), head, maxBytes);
    }

    @Override
    public CompletionStage<T> getBody() {
        return body.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        body.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (cancelled) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
        }
        if (bytes <= maxBytes) {
            body.onNext(buffers);
            return;
        }
        cancelled = true;
        subscription.cancel();
        body.onError(new TooLong(head, maxBytes));
    }

    @Override
    public void onError(Throwable failure) {
        if (!cancelled) {
            body.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!cancelled) {
            body.onComplete();
        }
    }
}
