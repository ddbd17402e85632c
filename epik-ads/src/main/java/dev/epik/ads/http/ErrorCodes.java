// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import java.util.OptionalInt;

/** Adds the cure to Pinterest's errors, as far as it is known. */
final class ErrorCodes {
    private ErrorCodes() {}

    /** @param status 0 if the error is one of an item */
    static String withCure(int status, OptionalInt code, String text) {
        String cure = cure(status, code.orElse(-1));
        String number = code.isPresent() ? " (code " + code.getAsInt() + ")" : "";
        return text + number + (cure.isEmpty() ? "" : ". " + cure);
    }

    private static String cure(int status, int code) {
        return switch (code) {
            case 2384 -> "This ad account needs the budget on the campaign: set a daily or a lifetime budget there";
            case 4073 -> "In a Performance+ campaign pause the campaign, not the ad group";
            case 29 -> "The app has trial access: ask for standard access, or use the sandbox";
            case 8 -> "The rate limit is reached: wait, and repeat it then";
            default ->
                switch (status) {
                    case 401 ->
                        "The access token is not accepted: is it expired, or a conversion token? The Ads API needs"
                                + " an OAuth token with ads:read and ads:write";
                    case 403 ->
                        "The token has no right to this ad account: it needs ads:write and a role that may edit";
                    case 404 -> "Is the ad account id right, and is it still there?";
                    case 413 -> "The request is too large: set fewer rows for one request (rowsPerRequest)";
                    case 429 -> "The rate limit is reached: wait, and repeat it then";
                    default -> "";
                };
        };
    }
}
