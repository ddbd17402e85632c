// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that is named on the command line, or standard input. */
final class Input {
    private Input() {}

    static InputStream open(String file) throws IOException {
        if (file.equals("-")) {
            return System.in;
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new WrongUsage("\"" + file + "\" is a folder; name a file, or - for standard input");
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException missing) {
            throw new WrongUsage(
                    looksLikeAToken(file)
                            ? "A token stands where a file should; set PINTEREST_ACCESS_TOKEN instead"
                            : "There is no file \"" + file + "\"; name one, or - for standard input");
        } catch (java.nio.file.AccessDeniedException denied) {
            throw new WrongUsage("The file \"" + file + "\" may not be read by this user");
        }
    }

    private static boolean looksLikeAToken(String file) {
        return file.startsWith("pina_") || file.startsWith("pinr_") || file.startsWith("pinc_");
    }
}
