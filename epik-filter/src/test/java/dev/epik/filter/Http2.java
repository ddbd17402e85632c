// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * HTTP/2 without an upgrade: with prior knowledge in plain text, or by ALPN over TLS. A {@code Host} is sent as
 * {@code :authority}, as browsers do; there is no header of that name. One connection per request.
 */
final class Http2 implements Visitor, AutoCloseable {
    private final HTTP2Client client;
    /** Jetty warns of every client that trusts all certificates. The field keeps JUL from forgetting the level. */
    private static final Logger TRUST = Logger.getLogger("org.eclipse.jetty.util.ssl.SslContextFactory");

    static {
        TRUST.setLevel(Level.SEVERE);
    }

    private final SslContextFactory.Client tls = new SslContextFactory.Client(true);
    private final int port;
    private final boolean isTls;

    Http2(int port, boolean isTls) throws Exception {
        this.port = port;
        this.isTls = isTls;
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        client = new HTTP2Client(connector);
        client.start();
    }

    @Override
    public Answer send(String method, String target, String body, String... headers) throws Exception {
        HttpFields.Mutable fields = HttpFields.build();
        String host = "";
        for (String line : Visitor.complete(headers)) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            if (line.startsWith("Host:")) {
                host = value;
            } else {
                fields.add(line.substring(0, colon), value);
            }
        }
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        if (content.length > 0) {
            fields.put("Content-Length", content.length);
        }
        MetaData.Request request = new MetaData.Request(
                method, isTls ? "https" : "http", new HostPortHttpField(host), target, HttpVersion.HTTP_2, fields, -1);
        Reply reply = new Reply();
        Session session = client.connect(
                        isTls ? tls : null,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new Session.Listener() {})
                .get(10, TimeUnit.SECONDS);
        try {
            Stream stream = session.newStream(new HeadersFrame(request, null, content.length == 0), reply)
                    .get(10, TimeUnit.SECONDS);
            if (content.length > 0) {
                stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(content), true), Callback.NOOP);
            }
            return reply.done.get(10, TimeUnit.SECONDS);
        } finally {
            session.close(0, "", Callback.NOOP);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(client);
    }

    private static final class Reply implements Stream.Listener {
        private final CompletableFuture<Answer> done = new CompletableFuture<>();
        private final List<String> headers = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private int status;

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            if (frame.getMetaData() instanceof MetaData.Response response) {
                status = response.getStatus();
            }
            frame.getMetaData()
                    .getHttpFields()
                    .forEach(field -> headers.add(field.getName() + ": " + field.getValue()));
            if (frame.isEndStream()) {
                complete();
            } else {
                stream.demand();
            }
        }

        @Override
        public void onDataAvailable(Stream stream) {
            Stream.Data data = stream.readData();
            if (data == null) {
                stream.demand();
                return;
            }
            body.append(StandardCharsets.UTF_8.decode(data.frame().getByteBuffer()));
            boolean last = data.frame().isEndStream();
            data.release();
            if (last) {
                complete();
            } else {
                stream.demand();
            }
        }

        private void complete() {
            done.complete(new Answer(status, headers, body.toString()));
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            done.completeExceptionally(new IllegalStateException("reset by the server, error " + frame.getError()));
            callback.succeeded();
        }

        @Override
        public void onFailure(Stream stream, int error, String reason, Throwable failure, Callback callback) {
            done.completeExceptionally(failure == null ? new IllegalStateException(reason) : failure);
            callback.succeeded();
        }
    }
}
