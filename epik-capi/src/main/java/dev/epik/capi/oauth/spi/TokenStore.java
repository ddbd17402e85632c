// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth.spi;

import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.JdbcTokenStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Stores one grant durably: {@link FileTokenStore}, {@link JdbcTokenStore}, or an implementation of the shop's own.
 *
 * <p>A refresh token works once. Therefore a renewal holds the lock from before it reads the grant until after it has
 * saved the new one, with an HTTP exchange of up to 30 s in between. The lock must exclude every other thread and
 * process that uses the same grant.
 *
 * <p><b>Threads.</b> Each {@code OAuthTokens} calls it from one thread at a time, but several of them may share a
 * store, so it must be thread-safe.
 */
public interface TokenStore {
    /**
     * Takes the lock. Waits while another process holds it, for about a minute at most.
     *
     * @throws TokenStoreException if the store fails or the lock is not free in time
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Lease lock() throws TokenStoreException, InterruptedException;

    /** A held lock. Not thread-safe. */
    interface Lease extends AutoCloseable {
        /**
         * Returns the grant that was saved last, by any process; empty if there is none yet.
         *
         * @throws TokenStoreException if the store fails or its content is not a grant
         */
        Optional<OAuthGrant> load() throws TokenStoreException;

        /**
         * Saves the grant and returns once it is durable. From then on the grant is used, and the previous one may be
         * invalid. This is the last call under the lock.
         *
         * @throws TokenStoreException if the grant may not be durable
         */
        void save(OAuthGrant grant) throws TokenStoreException;

        /**
         * Returns a local file into which Pinterest's answer is written as it arrives, so that a crash between the
         * answer and {@link #save} does not lose it. The file need not exist. Empty by default: such a crash loses the
         * answer.
         */
        default Optional<Path> journal() {
            return Optional.empty();
        }

        /** Releases the lock. Never throws. */
        @Override
        void close();
    }
}
