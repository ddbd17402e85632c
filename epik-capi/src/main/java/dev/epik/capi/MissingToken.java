// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/** A token source that has no token. Events are stored, and delivery pauses with the reason. Immutable. */
record MissingToken(String reason) implements TokenSource {
    @Override
    public TokenResult token() {
        return Unavailable.needsOperator(reason);
    }

    @Override
    public TokenResult renewed(AccessToken refused) {
        return token();
    }
}
