// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends every write to a file: a line before it is sent, which names the fields before and after, and a line with its
 * result. A line is on the disk before the method returns. Without a file it does nothing. Thread-safe.
 */
final class ChangeJournal implements AutoCloseable {
    private final @Nullable FileChannel file;
    private final Clock clock;

    private ChangeJournal(@Nullable FileChannel file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * @param path null for none
     * @throws AdsException if the file cannot be written
     */
    static ChangeJournal open(@Nullable Path path, Clock clock) {
        if (path == null) {
            return new ChangeJournal(null, clock);
        }
        try {
            if (!Files.exists(path) && Files.getFileStore(absoluteParent(path)).supportsFileAttributeView("posix")) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return new ChangeJournal(
                    FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), clock);
        } catch (IOException e) {
            throw new AdsException("The journal " + path + " cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the directory and its permissions");
        }
    }

    private static Path absoluteParent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    /**
     * Writes what will be sent.
     *
     * @param before the current values of the fields that change; null for something new
     * @throws AdsException if it cannot be written: then nothing may be sent
     */
    void sending(String kind, String id, @Nullable Map<String, ?> before, Map<String, ?> body) {
        Map<String, @Nullable Object> line = line("sending", kind, id);
        Map<String, @Nullable Object> old = new LinkedHashMap<>();
        if (before != null) {
            for (String field : body.keySet()) {
                old.put(field, before.get(field));
            }
        }
        line.put("before", before == null ? null : old);
        line.put("after", body);
        append(line);
    }

    /** Writes a result. A failure to write it is not thrown, because the change was made. */
    void result(String kind, String id, WriteResult<? extends AdsEntity> result) {
        Map<String, @Nullable Object> line = line("result", kind, id);
        if (result instanceof WriteResult.Applied<? extends AdsEntity> applied) {
            line.put("result", "applied");
            line.put("id", applied.entity().id());
        } else if (result instanceof WriteResult.Rejected<? extends AdsEntity> rejected) {
            line.put("result", "rejected");
            line.put("message", rejected.message());
        } else {
            line.put("result", "unknown");
            line.put("message", ((WriteResult.Unknown<? extends AdsEntity>) result).message());
        }
        try {
            append(line);
        } catch (AdsException e) {
            System.getLogger(ChangeJournal.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private Map<String, @Nullable Object> line(String step, String kind, String id) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", clock.instant().toString());
        line.put("user", System.getProperty("user.name"));
        line.put("step", step);
        line.put("kind", kind);
        line.put("id", id.isEmpty() ? null : id);
        return line;
    }

    private synchronized void append(Map<String, @Nullable Object> line) {
        if (file == null) {
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap((Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } catch (IOException e) {
            throw new AdsException("The journal cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the free space of the disk");
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException ignored) {
                // every line is on the disk already
            }
        }
    }
}
