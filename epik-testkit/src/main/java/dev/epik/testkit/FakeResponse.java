// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.util.Map;

/**
 * A response that {@link FakePinterest} sends without validating the request. The factory methods return the bodies
 * that Pinterest sends. Immutable.
 *
 * @param status the HTTP status
 * @param body the response body; may be empty
 * @param headers additional response headers
 */
public record FakeResponse(int status, String body, Map<String, String> headers) {
    /** The status of {@link #none()}. */
    static final int NONE = 0;

    public FakeResponse {
        headers = Map.copyOf(headers);
    }

    /** Returns a 400 that rejects the whole request and names no event. */
    public static FakeResponse badRequest() {
        return error(400, 4196, "The request was invalid.");
    }

    /** Returns a 401: the access token is invalid. */
    public static FakeResponse unauthorized() {
        return error(401, 2, "Authentication failed.");
    }

    /** Returns a 403: the token has no access to the ad account. */
    public static FakeResponse forbidden() {
        return error(403, 29, "You are not permitted to access that resource.");
    }

    /** Returns a 404: there is no such ad account. */
    public static FakeResponse notFound() {
        return error(404, 50, "The ad account was not found.");
    }

    /** Returns a 422: not all events were processed; the body does not name them. */
    public static FakeResponse unprocessable() {
        return new FakeResponse(
                422,
                "{\"code\":4198,\"message\":\"Not all events were successfully processed.\",\"details\":{}}",
                Map.of());
    }

    /** Returns a 429 with {@code Retry-After} in whole seconds. Pinterest does not document this header. */
    public static FakeResponse rateLimited(Duration retryAfter) {
        return new FakeResponse(429, rateLimited().body, Map.of("Retry-After", "" + retryAfter.toSeconds()));
    }

    /** Returns a 429 without {@code Retry-After}. */
    public static FakeResponse rateLimited() {
        return error(
                429,
                8,
                "This request exceeded a rate limit. This can happen if the client exceeds one"
                        + " of the published rate limits within a short time window.");
    }

    /** Returns the token endpoint's 400: the code or the refresh token was used before, has expired or was revoked. */
    public static FakeResponse invalidGrant() {
        return of(400, "{\"error\":\"invalid_grant\",\"error_description\":\"The authorization grant is invalid.\"}");
    }

    /** Returns a 500. */
    public static FakeResponse serverError() {
        return error(500, 1, "Something went wrong on our end.");
    }

    /** Returns a 503. */
    public static FakeResponse unavailable() {
        return error(503, 4197, "The endpoint has been ramped down and is currently not accepting any traffic.");
    }

    /** Closes the connection without a response, as if the API were down. */
    public static FakeResponse none() {
        return of(NONE, "");
    }

    /** Returns any other response, without additional headers. */
    public static FakeResponse of(int status, String body) {
        return new FakeResponse(status, body, Map.of());
    }

    static FakeResponse error(int status, int code, String message) {
        return of(status, "{\"code\":" + code + ",\"message\":" + Json.quoted(message) + "}");
    }
}
