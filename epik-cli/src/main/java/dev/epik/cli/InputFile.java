// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens a file that is named on the command line, or standard input. */
final class InputFile {
    private InputFile() {}

    static InputStream open(String file) throws IOException {
        if (file.equals("-")) {
            return System.in;
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new UsageException("\"" + file + "\" is a directory: name a file, or - for standard input");
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    looksLikeAToken(file)
                            ? "FILE is an access token: set PINTEREST_ACCESS_TOKEN instead"
                            : "The file \"" + file + "\" does not exist: name one, or - for standard input");
        } catch (java.nio.file.AccessDeniedException e) {
            throw new UsageException("The file \"" + file + "\" is not readable for this user");
        }
    }

    private static boolean looksLikeAToken(String file) {
        return file.startsWith("pina_") || file.startsWith("pinr_") || file.startsWith("pinc_");
    }
}
