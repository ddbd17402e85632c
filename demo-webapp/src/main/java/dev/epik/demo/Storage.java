// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the demo keeps events until Pinterest has them. The shop opens whatever happens here: where its file cannot be had it takes one
 * beside it, where none can be made it takes memory, and the note says so.
 *
 * @param place for people; empty: in memory
 * @param note what is not as it should be; empty where all is
 */
record Storage(Outbox outbox, String place, String note) implements AutoCloseable {
    private static final int MOST_IN_MEMORY = 10_000;

    /** Of demos that run at once. */
    private static final int MOST_FILES = 9;

    /**
     * Opens the file.
     *
     * @param asked by the operator; empty: in the home directory, which outlives a restart, {@code mvn clean} and, unlike the
     *     system's directory for temporary files, a reboot; and in which nobody else lays a file of that name
     * @param kind of what is sent where, for a file of its own there: what was stored as a test must never be sent live
     */
    static Storage open(Optional<Path> asked, String kind) {
        Path file;
        if (asked.isPresent()) {
            file = asked.get();
        } else {
            Path home = Path.of(System.getProperty("user.home", ""));
            if (!home.isAbsolute() || !Files.isDirectory(home)) {
                return inMemory("There is no home directory for the outbox");
            }
            Path directory = home.resolve(".epik-demo");
            try {
                Files.createDirectories(directory);
            } catch (IOException notOurs) {
                return inMemory("The directory " + shown(directory) + " cannot be made");
            }
            file = directory.resolve(kind + ".db");
        }
        return openOrNext(file.toAbsolutePath());
    }

    private static Storage openOrNext(Path file) {
        String trouble = "";
        for (int number = 1; number <= MOST_FILES; number++) {
            Path next = number == 1 ? file : numbered(file, number);
            try {
                SqliteOutbox outbox = SqliteOutbox.open(next);
                String note = trouble.isEmpty() ? "" : trouble + ". This demo keeps its events in " + shown(next) + ".";
                return new Storage(outbox, shown(next), note);
            } catch (EpikException refused) {
                trouble = trouble.isEmpty() ? tilde(String.valueOf(refused.getMessage())) : trouble;
            }
        }
        return inMemory(trouble);
    }

    /** {@code outbox.db}, then {@code outbox-2.db}. */
    private static Path numbered(Path file, int number) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return file.resolveSibling(stem + "-" + number + (dot > 0 ? name.substring(dot) : ""));
    }

    private static Storage inMemory(String trouble) {
        return new Storage(
                MemoryOutbox.ofCapacity(MOST_IN_MEMORY),
                "",
                trouble + ". Events wait in memory, and are lost when the demo ends: name a file on a local disk by"
                        + " EPIK_OUTBOX.");
    }

    private static String shown(Path file) {
        return tilde(file.toString());
    }

    /** The page is shown to others, and whose machine it runs on is no part of it. */
    private static String tilde(String text) {
        String home = System.getProperty("user.home", "");
        return home.length() > 1 ? text.replace(home, "~") : text;
    }

    @Override
    public void close() {
        outbox.close();
    }
}
