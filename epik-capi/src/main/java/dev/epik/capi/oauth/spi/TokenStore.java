// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth.spi;

import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.JdbcTokenStore;
import dev.epik.capi.oauth.OAuthTokens;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps one grant where a restart finds it: {@link FileTokenStore}, {@link JdbcTokenStore}, or a company's own.
 *
 * <p>The refresh token in it works once. So whoever wants to renew holds the lock from before it reads until after it has
 * saved, an HTTP exchange of up to 30 s in between, and the lock must keep out every other process that uses the same
 * grant.
 */
public interface TokenStore {
    /** Waits while another holds it, a minute or so at most. Called from one thread of an {@link OAuthTokens}. */
    Lease lock() throws TokenStoreException, InterruptedException;

    /** The lock, held. */
    interface Lease extends AutoCloseable {
        /** What any process saved last; empty where nobody has connected yet. */
        Optional<OAuthGrant> load() throws TokenStoreException;

        /**
         * Returns when it is durable: from then on the grant is used, and the one before may be worth nothing. The last thing
         * done under the lock.
         */
        void save(OAuthGrant grant) throws TokenStoreException;

        /**
         * A local file that belongs to the grant, into which an answer is written while it arrives, so that a crash between
         * the answer and {@link #save} loses nothing. It need not exist. By default there is none.
         */
        default Optional<Path> journal() {
            return Optional.empty();
        }

        /** Gives the lock back, whatever happened. */
        @Override
        void close();
    }
}
