// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/** A source without a token: delivery pauses with the reason, and events are stored. Immutable. */
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
