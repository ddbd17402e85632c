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
 * One grant in one file of mode 0600, for the processes of one machine. Beside it stand {@code .lock}, which stays, and
 * for moments {@code .tmp} and {@code .journal}; all have the same mode. A file with another mode, such as one that was
 * restored from a backup, gets this mode when it is read, with a WARNING. On file systems without POSIX modes the
 * directory's rules hold.
 *
 * <p><b>In a crash</b> the file is the old one or the new one, never half of each. An answer that had arrived whole
 * when the process was killed is found in the journal at the next start. One that had not is lost, and where Pinterest
 * has retired the old refresh token by then, people must connect again.
 *
 * <p><b>WARNING</b>: the directory must outlive the process and be on a local file system. On a container's own disk
 * the grant is lost with the container, and locks do not hold on every network file system; where several machines
 * share a grant, use {@link JdbcTokenStore}.
 */
public final class FileTokenStore implements TokenStore {
    private static final Logger LOG = System.getLogger(FileTokenStore.class.getName());

    private static final Duration PATIENCE =
            TokenEndpoint.DEADLINE.multipliedBy(2).plusSeconds(15);

    private final Path file;
    private final Step.Listener steps;

    /** Whether it was logged that the file's mode cannot be changed. */
    private final AtomicBoolean logged = new AtomicBoolean();

    private FileTokenStore(Path file, Step.Listener steps) {
        this.file = file.toAbsolutePath();
        this.steps = steps;
    }

    /** The file appears when somebody connects; its directory must exist. */
    public static FileTokenStore at(Path file) {
        return new FileTokenStore(file, Step.Listener.NONE);
    }

    static FileTokenStore at(Path file, Step.Listener steps) {
        return new FileTokenStore(file, steps);
    }

    @Override
    public Lease lock() throws TokenStoreException, InterruptedException {
        try {
            Path real = real();
            return new Held(real, LockFile.take(beside(real, ".lock"), PATIENCE, steps));
        } catch (IOException trouble) {
            throw StoreFiles.failure(beside(file, ".lock"), "locked", trouble);
        }
    }

    /** One name for one file, so one lock; and a link stays a link: the rename replaces what it points to. */
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

    private final class Held implements Lease {
        private final Path real;
        private final FileLock lock;

        Held(Path real, FileLock lock) {
            this.real = real;
            this.lock = lock;
        }

        @Override
        public Optional<OAuthGrant> load() throws TokenStoreException {
            restrict();
            String text;
            try {
                text = Files.readString(real, StandardCharsets.ISO_8859_1); // decodes anything, and we write ASCII
            } catch (NoSuchFileException nobodyConnectedYet) {
                return Optional.empty();
            } catch (IOException trouble) {
                throw StoreFiles.failure(file, "read", trouble);
            }
            Optional<OAuthGrant> grant = GrantText.read(text);
            if (grant.isEmpty()) {
                throw new TokenStoreException(
                        file + " is no token file of Epik's, or a damaged one: move it away and connect again,"
                                + " or name another file",
                        true);
            }
            return grant;
        }

        /** The tokens can be used all the same, so a failure is only logged. */
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
                // nobody has connected yet
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
                steps.reached(Step.TEMP_WRITTEN);
                Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
                steps.reached(Step.RENAMED);
                PrivateFile.syncDirectory(real.resolveSibling("."));
            } catch (IOException trouble) {
                throw StoreFiles.failure(file, "written", trouble);
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
            } catch (IOException closed) {
                // a closed channel holds no lock
            }
        }
    }

    @Override
    public String toString() {
        return "FileTokenStore[" + file + "]";
    }
}
