// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/**
 * The last step of the script's build. It creates the npm package of the minified files with hashes for
 * {@code integrity}, and copies the scripts to the folder that a servlet container serves from the jar. The build runs
 * this class from its source.
 *
 * <p>Arguments: the folder of the minified files, the folder with the sources of the npm package, the folder of the
 * package, the folder of the jar's classes, the version and the file of the licence.
 */
final class Pack {
    public static void main(String[] arguments) throws Exception {
        Path minified = Path.of(arguments[0]);
        Path sources = Path.of(arguments[1]);
        Path npm = Files.createDirectories(Path.of(arguments[2]));
        Path served = Files.createDirectories(Path.of(arguments[3], "META-INF", "resources"));
        String version = arguments[4];

        StringBuilder integrity = new StringBuilder();
        for (String name : List.of("epik.min.js", "epik.esm.js", "epik.consent.js", "epik.events.js", "epik.links.js", "epik.inline.js")) {
            byte[] script = oneLine(minified.resolve(name), name.equals("epik.inline.js") ? "" : "/*Apache-2.0*/");
            Files.write(npm.resolve(name), script);
            integrity.append(sha384(script)).append("  ").append(name).append('\n');
        }
        for (String name : List.of("epik.min.js", "epik.consent.js", "epik.events.js", "epik.links.js")) {
            Files.copy(npm.resolve(name), replaced(served.resolve(name)));
        }
        Files.writeString(npm.resolve("integrity.txt"), integrity);
        for (String name : List.of("epik.d.ts", "README.md")) {
            Files.copy(sources.resolve(name), replaced(npm.resolve(name)));
        }
        Files.copy(Path.of(arguments[5]), replaced(npm.resolve("LICENSE")));
        String manifest = Files.readString(sources.resolve("package.json"));
        Files.writeString(npm.resolve("package.json"), manifest.replace("@version@", version));
        System.out.print("EPIK: integrity\n" + integrity);
    }

    /** Joins the lines that the compiler has wrapped, and removes the last semicolon, which is not needed. */
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
