// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.file.PrivateFile;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stores one grant in one file of mode 0600, for the processes of one machine. Three files of the same mode stand
 * beside it: {@code .lock}, which stays, and {@code .tmp} and {@code .journal} for moments. A file with another mode,
 * such as one that was restored from a backup, gets mode 0600 when it is read, and a WARNING is logged. On file systems
 * without POSIX modes the rules of the directory hold.
 *
 * <p><b>Threads.</b> Thread-safe. <b>Lifetime.</b> It has nothing to close. It keeps one file descriptor open for each
 * lock file, until the process ends.
 *
 * <p><b>In a crash</b> the file holds either the old or the new grant, never a mix. If Pinterest's answer had arrived
 * whole when the process was killed, the next start finds it in the journal. Otherwise the answer is lost. If Pinterest
 * has already retired the old refresh token, the account must then be connected again.
 *
 * <p><b>WARNING</b>: the directory must outlive the process and be on a local file system. On a container's own disk
 * the grant is lost with the container. Locks do not hold on every network file system. If several machines share a
 * grant, use {@link JdbcTokenStore}.
 */
public final class FileTokenStore implements TokenStore {
    private static final Logger LOG = System.getLogger(FileTokenStore.class.getName());

    private static final Duration MAX_LOCK_WAIT =
            TokenEndpoint.DEADLINE.multipliedBy(2).plusSeconds(15);

    private final Path file;
    private final RenewalCrashPoint.Listener crashPoints;

    /** Whether it was logged that the file's mode cannot be changed. */
    private final AtomicBoolean logged = new AtomicBoolean();

    private FileTokenStore(Path file, RenewalCrashPoint.Listener crashPoints) {
        this.file = file.toAbsolutePath();
        this.crashPoints = crashPoints;
    }

    /**
     * Returns a store for this file. Does no I/O: the file is created when an account is connected. Its directory must
     * exist by then.
     *
     * @param file a symbolic link stays a link; not null
     */
    public static FileTokenStore of(Path file) {
        return new FileTokenStore(file, RenewalCrashPoint.Listener.NONE);
    }

    static FileTokenStore of(Path file, RenewalCrashPoint.Listener crashPoints) {
        return new FileTokenStore(file, crashPoints);
    }

    @Override
    public Lease lock() throws TokenStoreException, InterruptedException {
        try {
            Path real = real();
            return new FileLease(real, LockFile.take(beside(real, ".lock"), MAX_LOCK_WAIT, crashPoints));
        } catch (IOException e) {
            throw TokenFileErrors.failure(beside(file, ".lock"), "locked", e);
        }
    }

    /** Resolves links, so that each file has one lock, and so that a rename replaces the target and not the link. */
    private Path real() throws IOException {
        if (Files.isSymbolicLink(file)) {
            return file.toRealPath();
        }
        Path directory = file.getParent();
        return directory == null ? file : directory.toRealPath().resolve(file.getFileName());
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private final class FileLease implements Lease {
        private final Path real;
        private final FileLock lock;

        FileLease(Path real, FileLock lock) {
            this.real = real;
            this.lock = lock;
        }

        @Override
        public Optional<OAuthGrant> load() throws TokenStoreException {
            restrict();
            String text;
            try {
                text = Files.readString(real, StandardCharsets.ISO_8859_1); // decodes any bytes; the file is ASCII
            } catch (NoSuchFileException e) { // not connected yet
                return Optional.empty();
            } catch (IOException e) {
                throw TokenFileErrors.failure(file, "read", e);
            }
            Optional<OAuthGrant> grant = GrantText.read(text);
            if (grant.isEmpty()) {
                throw new TokenStoreException(
                        file + " is not a token file of Epik, or it is damaged: move it away and connect again,"
                                + " or name another file",
                        true);
            }
            return grant;
        }

        /** Sets mode 0600. Only logs a failure, because the tokens can be used all the same. */
        private void restrict() {
            try {
                if (PrivateFile.restrict(real)) {
                    LOG.log(
                            Level.WARNING,
                            "{0} had another mode than 0600, as after a restore from a backup; it has 0600 now. If other"
                                    + " users may have read it, connect Pinterest again",
                            file);
                }
            } catch (NoSuchFileException ignored) {
                // not connected yet
            } catch (IOException e) {
                if (!logged.getAndSet(true)) {
                    LOG.log(
                            Level.WARNING,
                            "{0} has another mode than 0600, and it cannot be changed ({1}): run chmod 600 as the owner"
                                    + " of the file",
                            file,
                            e.getClass().getName());
                }
            }
        }

        @Override
        public void save(OAuthGrant grant) throws TokenStoreException {
            Path temporary = beside(real, ".tmp");
            try {
                PrivateFile.write(temporary, GrantText.write(grant).getBytes(StandardCharsets.US_ASCII));
                crashPoints.reached(RenewalCrashPoint.TEMP_WRITTEN);
                Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
                crashPoints.reached(RenewalCrashPoint.RENAMED);
                PrivateFile.syncDirectory(real.resolveSibling("."));
            } catch (IOException e) {
                throw TokenFileErrors.failure(file, "written", e);
            }
        }

        @Override
        public Optional<Path> journal() {
            return Optional.of(beside(real, ".journal"));
        }

        @Override
        public void close() {
            try {
                lock.release();
            } catch (IOException ignored) {
                // a closed channel holds no lock
            }
        }
    }

    @Override
    public String toString() {
        return "FileTokenStore[" + file + "]";
    }
}
