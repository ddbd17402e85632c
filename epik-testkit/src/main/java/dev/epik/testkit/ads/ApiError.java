// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Map;

/** An error as Pinterest's ads endpoints report it. */
public record ApiError(int code, String message) {
    /** Any rule whose code Pinterest does not publish. */
    public static final int INVALID = 1;
    /** A campaign whose budget is missing, though it optimizes its budget itself. */
    public static final int BUDGET_MISSING = 2384;
    /** A paused ad group in a Performance+ campaign. */
    public static final int PAUSED_AD_GROUP = 4073;
    /** An entity that the ad account does not have. */
    public static final int NOT_FOUND = 50;

    static ApiError invalid(String message) {
        return new ApiError(INVALID, message);
    }

    static ApiError notFound(String what, String id) {
        return new ApiError(NOT_FOUND, what + " " + id + " was not found in this ad account.");
    }

    Map<String, Object> json() {
        return Map.of("code", code, "message", message);
    }
}
