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
 * The demo's outbox. The demo always starts: if the outbox file is in use, it takes the next free name beside it; if no
 * file can be created, it uses memory. The note reports either.
 *
 * @param place the file, for display; empty: in memory
 * @param note the problem, if any; otherwise empty
 */
record Storage(Outbox outbox, String place, String note) implements AutoCloseable {
    private static final int MAX_IN_MEMORY = 10_000;

    /** The number of demos that can run at the same time. */
    private static final int MAX_FILES = 9;

    /**
     * Opens the outbox.
     *
     * @param requested the file that the operator named; empty: a file in the home directory, which survives a restart,
     *     {@code mvn clean} and a reboot, and in which other users cannot create files
     * @param name the file's name there; it differs by ad account and mode, because events that were stored in test
     *     mode must never be sent live
     */
    static Storage open(Optional<Path> requested, String name) {
        Path file;
        if (requested.isPresent()) {
            file = requested.get();
        } else {
            Path home = Path.of(System.getProperty("user.home", ""));
            if (!home.isAbsolute() || !Files.isDirectory(home)) {
                return inMemory("There is no home directory for the outbox");
            }
            Path directory = home.resolve(".epik-demo");
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                return inMemory("The directory " + shown(directory) + " cannot be created");
            }
            file = directory.resolve(name + ".db");
        }
        return openOrNext(file.toAbsolutePath());
    }

    private static Storage openOrNext(Path file) {
        String problem = "";
        for (int number = 1; number <= MAX_FILES; number++) {
            Path next = number == 1 ? file : numbered(file, number);
            try {
                SqliteOutbox outbox = SqliteOutbox.open(next);
                String note = problem.isEmpty() ? "" : problem + ". This demo uses " + shown(next) + " instead.";
                return new Storage(outbox, shown(next), note);
            } catch (EpikException e) {
                problem = problem.isEmpty() ? tilde(String.valueOf(e.getMessage())) : problem;
            }
        }
        return inMemory(problem);
    }

    /** Returns the n-th file name: {@code outbox.db}, {@code outbox-2.db}, … */
    private static Path numbered(Path file, int number) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return file.resolveSibling(stem + "-" + number + (dot > 0 ? name.substring(dot) : ""));
    }

    private static Storage inMemory(String problem) {
        return new Storage(
                MemoryOutbox.ofCapacity(MAX_IN_MEMORY),
                "",
                problem + ". Events are kept in memory and lost when the demo ends: set EPIK_OUTBOX to a file on a"
                        + " local disk.");
    }

    private static String shown(Path file) {
        return tilde(file.toString());
    }

    /** Replaces the home directory by {@code ~}: the page may be shown to others, who need not know the user's name. */
    private static String tilde(String text) {
        String home = System.getProperty("user.home", "");
        return home.length() > 1 ? text.replace(home, "~") : text;
    }

    @Override
    public void close() {
        outbox.close();
    }
}
