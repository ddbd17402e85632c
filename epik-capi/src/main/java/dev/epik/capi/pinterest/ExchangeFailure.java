// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Why there is no complete answer: a pure function of what was thrown. Immutable.
 *
 * @param reason the reason, for people. It names the type of an exception and never quotes its message, which may
 *     contain a header
 * @param isHandshake whether the TLS handshake failed, so that the server read no request
 * @param blamesClient whether the HTTP client itself may be the cause, for example because its thread has ended. False
 *     if the failure shows that the network or the server is the cause. In doubt true: replacing a working client does
 *     no harm
 * @param head the head of an answer whose body was too long; otherwise empty
 */
record ExchangeFailure(String reason, boolean isHandshake, boolean blamesClient, Optional<ResponseInfo> head) {
    private static final int MAX_CAUSES = 10;

    /** Returns the failure of an exchange that was ended at its deadline. */
    static ExchangeFailure late(Duration deadline) {
        return new ExchangeFailure(
                "no complete answer within " + deadline.toMillis() + " ms", false, true, Optional.empty());
    }

    /** Returns the failure of an exchange that was ended by {@code close()}. */
    static ExchangeFailure closed() {
        return new ExchangeFailure("the client is closed", false, false, Optional.empty());
    }

    /** @param host the host and port of the request, for the reason */
    static ExchangeFailure of(Throwable thrown, Duration deadline, String host) {
        Throwable e = unwrapped(thrown);
        if (e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException)) {
            return late(deadline); // the timer of the HTTP client was slightly faster
        }
        Throwable root = e;
        for (int causes = 0; causes < MAX_CAUSES; causes++) {
            if (root instanceof LimitedBody.TooLong tooLong) {
                return new ExchangeFailure(
                        "the answer " + tooLong.getMessage(), false, false, Optional.of(tooLong.head()));
            }
            Throwable cause = root.getCause();
            root = cause == null ? root : cause;
        }
        return new ExchangeFailure(
                e.getClass().getSimpleName() + cure(e, root, host),
                e instanceof SSLHandshakeException,
                e instanceof HttpConnectTimeoutException || !isOfNetwork(root),
                Optional.empty());
    }

    private static String cure(Throwable e, Throwable root, String host) {
        if (e instanceof SSLHandshakeException) {
            return " at " + host
                    + ". If a proxy replaces certificates, add its certificate authority to the trust store"
                    + " of the JVM";
        }
        boolean isConnecting = e instanceof ConnectException
                || e instanceof HttpConnectTimeoutException
                || root instanceof UnknownHostException;
        return !isOfNetwork(root)
                ? ""
                : " at " + host
                        + (isConnecting ? ". Check that the firewall, the proxy and DNS let this machine connect" : "");
    }

    private static boolean isOfNetwork(Throwable root) {
        return root instanceof SocketException
                || root instanceof EOFException
                || root instanceof ProtocolException
                || root instanceof SSLException
                || root instanceof UnknownHostException
                || root instanceof UnresolvedAddressException
                || root instanceof ClosedChannelException; // thrown by the JDK's client for a refused connection
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable e = thrown;
        for (int causes = 0; causes < MAX_CAUSES; causes++) {
            Throwable cause = e.getCause();
            if (cause == null || !(e instanceof CompletionException || e instanceof ExecutionException)) {
                return e;
            }
            e = cause;
        }
        return e;
    }
}
