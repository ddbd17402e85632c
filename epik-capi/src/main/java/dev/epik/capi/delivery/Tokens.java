// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.pinterest.AccessToken;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.TokenOrPause;
import java.util.concurrent.CompletableFuture;

/** Asks the token sources of ad accounts. Thread-safe. */
interface Tokens {
    /**
     * Asks for a token and never waits. The future may complete on any thread, or never: the caller has a deadline of
     * its own.
     */
    CompletableFuture<TokenOrPause> token(AdAccount account);

    /** Asks for a token other than the one that Pinterest answered with 401. */
    CompletableFuture<TokenOrPause> renewed(AdAccount account, AccessToken refused);
}
