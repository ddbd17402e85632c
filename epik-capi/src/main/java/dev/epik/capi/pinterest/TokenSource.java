// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

/**
 * Where the access token of an ad account comes from. {@link AccessToken} is the source of one that stays;
 * {@code dev.epik.capi.oauth.OAuthTokens} renews; a company's own vault implements this.
 *
 * <p>Called by many threads. Trouble is a {@link Reply.Pause}, and the events wait as long as it says, from 1 second to
 * 1 hour. In delivery, a call that throws anything or returns null is a pause too, and so is a call that takes over 10
 * s: its thread is interrupted.
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
