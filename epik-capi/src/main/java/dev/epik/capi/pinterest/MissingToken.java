// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.util.Optional;

/** A source without a token: delivery pauses with the reason, and events are stored. Immutable. */
record MissingToken(String reason) implements TokenSource {
    @Override
    public TokenOrPause token() {
        return new Reply.Pause(reason, Optional.empty(), true);
    }

    @Override
    public TokenOrPause renewed(AccessToken refused) {
        return token();
    }
}
