// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/**
 * The last step of the script's build, run from its source: makes the npm package of what was minified, with hashes for
 * {@code integrity}, and puts the script where a servlet container serves it from the jar.
 *
 * <p>Arguments: the folder of the minified files, that of the npm package's own, that of the package, that of the jar's classes,
 * the version, the licence.
 */
final class Pack {
    public static void main(String[] arguments) throws Exception {
        Path minified = Path.of(arguments[0]);
        Path sources = Path.of(arguments[1]);
        Path npm = Files.createDirectories(Path.of(arguments[2]));
        Path served = Files.createDirectories(Path.of(arguments[3], "META-INF", "resources"));
        String version = arguments[4];

        StringBuilder integrity = new StringBuilder();
        for (String name : List.of("epik.min.js", "epik.esm.js", "epik.inline.js")) {
            byte[] script = oneLine(minified.resolve(name), name.equals("epik.inline.js") ? "" : "/*Epik, Apache-2.0*/");
            Files.write(npm.resolve(name), script);
            integrity.append(sha384(script)).append("  ").append(name).append('\n');
        }
        Files.copy(npm.resolve("epik.min.js"), replaced(served.resolve("epik.min.js")));
        Files.writeString(npm.resolve("integrity.txt"), integrity);
        for (String name : List.of("epik.d.ts", "README.md")) {
            Files.copy(sources.resolve(name), replaced(npm.resolve(name)));
        }
        Files.copy(Path.of(arguments[5]), replaced(npm.resolve("LICENSE")));
        String manifest = Files.readString(sources.resolve("package.json"));
        Files.writeString(npm.resolve("package.json"), manifest.replace("@version@", version));
        System.out.print("EPIK: integrity\n" + integrity);
    }

    /** The compiler breaks long lines, and writes a semicolon at the end that no script needs. */
    private static byte[] oneLine(Path file, String licence) throws IOException {
        String script = String.join("", Files.readAllLines(file)).strip();
        return (licence + script.replaceFirst(";(}?)$", "$1")).getBytes(StandardCharsets.UTF_8);
    }

    private static String sha384(byte[] bytes) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-384").digest(bytes);
        return "sha384-" + Base64.getEncoder().encodeToString(hash);
    }

    private static Path replaced(Path file) throws IOException {
        Files.deleteIfExists(file);
        return file;
    }
}
