// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.util.Map;

/**
 * An answer that {@link FakePinterest} gives instead of judging, in the API's own shapes. Nothing of the request is
 * recorded.
 */
public record Answer(int status, String body, Map<String, String> headers) {
    static final int NONE = 0;

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** The request is refused as a whole, and no event is named. */
    public static Answer badRequest() {
        return error(400, 4196, "The request was invalid.");
    }

    public static Answer unauthorized() {
        return error(401, 2, "Authentication failed.");
    }

    public static Answer forbidden() {
        return error(403, 29, "You are not permitted to access that resource.");
    }

    public static Answer notFound() {
        return error(404, 50, "The ad account was not found.");
    }

    /** Not all events were processed, and which ones is not said. */
    public static Answer unprocessable() {
        return new Answer(
                422,
                "{\"code\":4198,\"message\":\"Not all events were successfully processed.\",\"details\":{}}",
                Map.of());
    }

    /** With {@code Retry-After}, which Pinterest documents nowhere. */
    public static Answer rateLimited(Duration retryAfter) {
        return new Answer(429, rateLimited().body, Map.of("Retry-After", "" + retryAfter.toSeconds()));
    }

    public static Answer rateLimited() {
        return error(
                429,
                8,
                "This request exceeded a rate limit. This can happen if the client exceeds one"
                        + " of the published rate limits within a short time window.");
    }

    /** OAuth's own shape: the code or the refresh token is used up, expired or revoked. */
    public static Answer invalidGrant() {
        return of(400, "{\"error\":\"invalid_grant\",\"error_description\":\"The authorization grant is invalid.\"}");
    }

    public static Answer serverError() {
        return error(500, 1, "Something went wrong on our end.");
    }

    public static Answer unavailable() {
        return error(503, 4197, "The endpoint has been ramped down and is currently not accepting any traffic.");
    }

    /** None: the connection is closed, as by an API that is down. */
    public static Answer none() {
        return of(NONE, "");
    }

    /** Any other. */
    public static Answer of(int status, String body) {
        return new Answer(status, body, Map.of());
    }

    static Answer error(int status, int code, String message) {
        return of(status, "{\"code\":" + code + ",\"message\":" + Json.quoted(message) + "}");
    }
}
