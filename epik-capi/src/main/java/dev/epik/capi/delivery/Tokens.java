// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import java.util.concurrent.CompletableFuture;

/** Asks the token sources of ad accounts. Thread-safe. */
interface Tokens {
    /**
     * Asks for a token. Never waits. The future may complete on any thread, or never, so the caller needs a deadline.
     */
    CompletableFuture<TokenResult> token(AdAccount account);

    /** Asks for another token than the one that Pinterest refused with 401. */
    CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused);
}
