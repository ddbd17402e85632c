// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Map;

/**
 * A reply.
 *
 * @param status the HTTP status
 * @param body a JSON value
 */
public record AdsReply(int status, Object body) {
    static AdsReply ok(Object body) {
        return new AdsReply(200, body);
    }

    static AdsReply error(int status, ApiError error) {
        return new AdsReply(status, error.json());
    }

    static AdsReply badRequest(String message) {
        return error(400, ApiError.invalid(message));
    }

    static AdsReply notFound() {
        return error(404, new ApiError(0, "No such endpoint."));
    }

    static AdsReply methodNotAllowed() {
        return error(405, new ApiError(0, "Method not allowed."));
    }

    /** Returns whether the body is an error. */
    public boolean isError() {
        return status >= 400 && body instanceof Map;
    }
}
