// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

/** What {@link FaultProxy} does to one connection, which has one request. */
public enum Fault {
    /** Reset before a byte was read. */
    RESET_ON_CONNECT(false),
    /** Reset when the head of the request was read. */
    RESET_IN_REQUEST(false),
    /** The request is read, and then nothing ever happens. */
    STALL(false),
    /** No answer of Pinterest's: a gateway's page of HTML, 502. */
    HTML_502(false),
    /** No answer of Pinterest's: the login page of the network in between, 200. */
    LOGIN_PAGE(false),
    /** Bytes that are no HTTP. */
    GARBAGE(false),
    /** A header that goes on for four megabytes, and after that byte by byte. */
    ENDLESS_HEADER(false),

    /** Pinterest has it; its answer is lost by a reset. */
    RESET_AFTER_REQUEST(true),
    /** Pinterest has it; the connection is closed in good order, without a byte. */
    CLOSE_AFTER_REQUEST(true),
    /** Pinterest has it; its answer never comes. */
    STALL_AFTER_REQUEST(true),
    /** Pinterest has it; the connection is closed in the middle of the answer's body. */
    HALF_ANSWER(true),
    /** Pinterest has it; its answer's body comes a byte every {@link FaultProxy#drip}. */
    DRIPPING_ANSWER(true),
    /** Pinterest has it; its answer promises more bytes than come before the connection is closed. */
    TOO_GREAT_CONTENT_LENGTH(true),
    /** Pinterest has it; its answer promises half of its bytes. */
    TOO_SMALL_CONTENT_LENGTH(true),

    /** An answer in clear where TLS was to begin. For {@link FaultProxy#tlsBefore}. */
    PLAIN_TEXT_FOR_TLS(false),
    /** A certificate that nobody has reason to trust. For {@link FaultProxy#tlsBefore}. */
    UNTRUSTED_CERTIFICATE(false);

    private final boolean arrives;

    Fault(boolean arrives) {
        this.arrives = arrives;
    }

    /** Whether Pinterest has the request all the same, so that sending again is sending twice. */
    public boolean arrives() {
        return arrives;
    }

    boolean needsTls() {
        return this == PLAIN_TEXT_FOR_TLS || this == UNTRUSTED_CERTIFICATE;
    }
}
