// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsException;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.capi.file.LockChannel;
import dev.epik.capi.file.PrivateFile;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file with the {@link State}. While it is open, no other process can apply the same plan. Each write replaces the
 * file and is on the disk before the method returns, so a crash leaves the old or the new one. Not thread-safe.
 */
final class StateFile implements AutoCloseable {
    private final Path path;
    private final LockChannel lock;
    private State state;

    private StateFile(Path path, LockChannel lock, State state) {
        this.path = path;
        this.lock = lock;
        this.state = state;
    }

    /**
     * Reads the state without a lock; an empty one if there is no file.
     *
     * @throws AdsException if it cannot be read, or belongs to another ad account
     */
    static State read(Path path, String adAccount) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return State.empty(adAccount);
        }
        try {
            State state = State.of(Fields.of(Json.read(Files.readString(path))))
                    .orElseThrow(() -> new AdsException("The file " + path
                            + " is not a complete state of this version: restore it, or delete it to"
                            + " match by name again"));
            if (!state.adAccount().equals(adAccount)) {
                throw new AdsException("The file " + path + " belongs to the ad account " + state.adAccount()
                        + ": give the plan another name for each ad account");
            }
            return state;
        } catch (IOException e) {
            throw new AdsException("The file " + path + " cannot be read: "
                    + e.getClass().getSimpleName() + ". Restore it, or delete it to match by name again");
        }
    }

    /**
     * Locks and reads the state.
     *
     * @throws AdsException if another process has it open, or it cannot be read
     */
    static StateFile open(Path path, String adAccount) {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        LockChannel lock = null;
        boolean isOpen = false;
        try {
            lock = LockChannel.open(lockPath);
            if (lock.tryLock(0, 1) == null) {
                throw inUse(path);
            }
            StateFile file = new StateFile(path, lock, read(path, adAccount));
            isOpen = true;
            return file;
        } catch (OverlappingFileLockException e) {
            isOpen = true; // closing would give up the lock of the other one
            throw inUse(path);
        } catch (IOException e) {
            throw new AdsException("The file " + lockPath + " cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the directory of the plan and its permissions");
        } finally {
            if (!isOpen && lock != null) {
                closeQuietly(lock);
            }
        }
    }

    private static AdsException inUse(Path path) {
        return new AdsException(
                "The plan is being applied by another process, which has " + path + " open: wait for it");
    }

    State state() {
        return state;
    }

    /** @throws AdsException if it cannot be written: then nothing more may be sent */
    void write(State changed) {
        if (changed.equals(state)) {
            return;
        }
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        try {
            PrivateFile.write(temporary, (Json.write(changed.json()) + "\n").getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                PrivateFile.syncDirectory(directory);
            }
        } catch (IOException e) {
            throw new AdsException(
                    "The file " + path + " cannot be written: " + e.getClass().getSimpleName()
                            + ". Check the free space and the permissions. Nothing more was sent");
        }
        state = changed;
    }

    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static void closeQuietly(LockChannel lock) {
        try {
            lock.close();
        } catch (IOException ignored) {
            // every write is on the disk already
        }
    }
}
