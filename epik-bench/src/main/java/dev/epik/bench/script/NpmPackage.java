// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.script;

import dev.epik.bench.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** A published package, downloaded by this machine's npm from its configured registry. */
record NpmPackage(String name, String version) {
    /** Returns the file at {@code path} in the package. */
    byte[] file(String path) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            pack(scratch.directory());
            List<Path> packed;
            try (var files = Files.list(scratch.directory())) {
                packed = files.toList();
            }
            for (Path tgz : packed) {
                try (InputStream tar = new GZIPInputStream(Files.newInputStream(tgz))) {
                    return Tar.file(tar, "package/" + path);
                }
            }
            throw new IOException("npm pack created no file");
        }
    }

    private void pack(Path directory) throws IOException, InterruptedException {
        Process npm = new ProcessBuilder("npm", "pack", name + "@" + version, "--silent", "--ignore-scripts")
                .directory(directory.toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            if (!npm.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException("npm pack did not end within a minute");
            }
        } finally {
            npm.destroyForcibly();
        }
        if (npm.exitValue() != 0) {
            throw new IOException("npm pack failed with " + npm.exitValue());
        }
    }
}
