// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;

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

    /**
     * Returns a source that reads the token of an environment variable, once, now. If the variable is not set, or holds
     * no token, events are stored all the same, and delivery pauses with the reason until the process is started again.
     *
     * @param variable such as {@code PINTEREST_ACCESS_TOKEN}
     * @throws EpikException if this is not the name of a variable; the message does not quote it, since it may be the
     *     token itself
     */
    static TokenSource fromEnvironment(String variable) {
        if (!variable.matches("[A-Z][A-Z0-9_]*")) {
            throw new EpikException("The name of the environment variable is invalid: give one such as"
                    + " PINTEREST_ACCESS_TOKEN, not the token itself");
        }
        try {
            return AccessToken.of(System.getenv(variable), "The environment variable " + variable);
        } catch (EpikException e) {
            return new MissingToken(String.valueOf(e.getMessage()));
        }
    }
}
