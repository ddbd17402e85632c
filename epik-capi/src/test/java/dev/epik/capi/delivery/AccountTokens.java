// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import java.util.concurrent.CompletableFuture;

/** Returns the fixed token of each ad account at once. */
final class AccountTokens implements Tokens {
    @Override
    public CompletableFuture<TokenResult> token(AdAccount account) {
        return CompletableFuture.completedFuture((AccessToken) account.tokens());
    }

    @Override
    public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
        return CompletableFuture.completedFuture(refused);
    }
}
