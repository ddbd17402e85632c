// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.security.KeyStore;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate for 127.0.0.1 and its private key, made anew each time, for a TLS server of a test.
 * Immutable.
 */
public final class TlsIdentity {
    private final SelfSignedIdentity identity = SelfSignedIdentity.create();

    /** Returns the server's key store. Its password is {@link #password()}. */
    public KeyStore keys() {
        return identity.keys();
    }

    public String password() {
        return SelfSignedIdentity.PASSWORD;
    }

    /** Returns a context for the client, which trusts this certificate and no other. */
    public SSLContext trust() {
        return identity.context();
    }
}
