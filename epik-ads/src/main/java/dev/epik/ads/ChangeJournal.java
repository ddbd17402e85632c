// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import dev.epik.capi.file.PrivateFile;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends every write to a file: a line before it is sent, which names the fields before and after, and a line with its
 * result. A line is on the disk before the method returns. Without a file it does nothing. Thread-safe.
 */
final class ChangeJournal implements AutoCloseable {
    /** A stream, because an interrupt would close a channel, and with it the journal of all threads. */
    private final @Nullable FileOutputStream file;

    private final Clock clock;

    private ChangeJournal(@Nullable FileOutputStream file, Clock clock) {
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
            PrivateFile.createIfMissing(path);
            return new ChangeJournal(new FileOutputStream(path.toFile(), true), clock);
        } catch (IOException e) {
            throw new AdsException("The journal " + path + " cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the directory and its permissions");
        }
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
            file.write((Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
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
