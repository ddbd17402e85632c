// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Stands for a token that is not set: events are stored and wait. Logs one warning when it is created. Immutable. */
final class NoToken implements TokenSource {
    private static final Logger LOG = System.getLogger(NoToken.class.getName());

    private final String reason;

    NoToken(String prefix) {
        this.reason = "There is no access token: set " + prefix + "access-token or " + prefix
                + "access-token-file to the conversion token from Ads Manager under Conversions, and start again";
        LOG.log(Level.WARNING, "{0}. Until then events are stored and not sent", reason);
    }

    @Override
    public TokenResult token() {
        return Unavailable.needsOperator(reason);
    }

    @Override
    public TokenResult renewed(AccessToken refused) {
        return token();
    }
}
