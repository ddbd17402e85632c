// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

/**
 * Where the access token of an ad account comes from. {@link AccessToken} is the source of one that stays;
 * {@code dev.epik.capi.oauth.OAuthTokens} renews; a company's own vault implements this.
 *
 * <p>Called by many threads. Trouble is a {@link Reply.Pause}, never an exception: the events wait as long as it says.
 */
public interface TokenSource {
    /** For every request anew, so it must be quick where the token at hand still lives. */
    TokenOrPause token() throws InterruptedException;

    /**
     * Called once after a 401. A source that has no other token gives {@code refused} back, and the 401 counts.
     *
     * @param refused the token that Pinterest did not take; by now there may be a newer one
     */
    TokenOrPause renewed(AccessToken refused) throws InterruptedException;
}
