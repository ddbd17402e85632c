// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;

/** Where events go: an ad account and the tokens that open it. */
public record AdAccount(String id, TokenSource tokens) {
    public AdAccount {
        if (!isId(id)) {
            // not quoted: if the two are swapped, it is the token
            throw new EpikException("The ad account id has " + id.length()
                    + " characters and is not up to 18 digits: take it from the address of Ads Manager."
                    + " Were id and token swapped?");
        }
    }

    public static AdAccount of(String id, String accessToken) {
        return new AdAccount(id, AccessToken.of(accessToken));
    }

    public static AdAccount of(String id, TokenSource tokens) {
        return new AdAccount(id, tokens);
    }

    static boolean isId(String id) {
        return id.matches("\\d{1,18}");
    }

    /** The source is not asked: it may be a stranger's, and show what it holds. */
    @Override
    public String toString() {
        return "AdAccount[" + id + "]";
    }
}
