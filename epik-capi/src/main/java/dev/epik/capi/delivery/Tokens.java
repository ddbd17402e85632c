// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import java.util.concurrent.CompletableFuture;

/** Asks the token sources of ad accounts. Thread-safe. */
interface Tokens {
    /**
     * Asks for a token and never waits. The future may complete on any thread, or never: the caller has a deadline of
     * its own.
     */
    CompletableFuture<TokenResult> token(AdAccount account);

    /** Asks for a token other than the one that Pinterest answered with 401. */
    CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused);
}
