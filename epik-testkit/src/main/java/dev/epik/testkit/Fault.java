// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

/** A fault that {@link FaultProxy} injects into one connection. Each connection carries one request. */
public enum Fault {
    /** Resets the connection before reading a byte. */
    RESET_ON_CONNECT(false),
    /** Resets the connection after reading the request's headers. */
    RESET_IN_REQUEST(false),
    /** Reads the request and never responds. */
    STALL(false),
    /** Responds as a gateway would: 502 with an HTML page. */
    HTML_502(false),
    /** Responds as a captive portal would: 200 with an HTML login page. */
    LOGIN_PAGE(false),
    /** Responds with bytes that are not HTTP. */
    GARBAGE(false),
    /** Responds with a header line of 4 MB, which then continues byte by byte. */
    ENDLESS_HEADER(false),

    /** Forwards the request, then resets the connection instead of responding. */
    RESET_AFTER_REQUEST(true),
    /** Forwards the request, then closes the connection normally without a byte of response. */
    CLOSE_AFTER_REQUEST(true),
    /** Forwards the request and never responds. */
    STALL_AFTER_REQUEST(true),
    /** Forwards the request, then closes the connection in the middle of the response body. */
    TRUNCATED_RESPONSE(true),
    /** Forwards the request, then sends the response body one byte every {@link FaultProxy#dripInterval}. */
    DRIPPING_RESPONSE(true),
    /** Forwards the request, then doubles the response's {@code Content-Length}. */
    CONTENT_LENGTH_TOO_LARGE(true),
    /** Forwards the request, then halves the response's {@code Content-Length}. */
    CONTENT_LENGTH_TOO_SMALL(true),

    /** Responds in plain text to the TLS handshake. Needs {@link FaultProxy#startTls}. */
    PLAIN_TEXT_FOR_TLS(false),
    /** Presents a certificate that the client does not trust. Needs {@link FaultProxy#startTls}. */
    UNTRUSTED_CERTIFICATE(false);

    private final boolean reachesTarget;

    Fault(boolean reachesTarget) {
        this.reachesTarget = reachesTarget;
    }

    /** Returns whether the request reaches the server, so that a retry sends it twice. */
    public boolean reachesTarget() {
        return reachesTarget;
    }

    boolean needsTls() {
        return this == PLAIN_TEXT_FOR_TLS || this == UNTRUSTED_CERTIFICATE;
    }
}
