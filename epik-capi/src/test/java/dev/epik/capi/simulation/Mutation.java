// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A deliberate mistake in one source file. Its text is a line that describes it, a line {@code file PATH}, and
 * replacements: lines between {@code <<<<} and {@code ====} must be in the file exactly once, and become those between
 * {@code ====} and {@code >>>>}.
 *
 * @param file below the directory of the sources
 */
record Mutation(String description, String file, List<Replacement> replacements) {
    record Replacement(String before, String after) {}

    static Mutation read(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path);
        List<Replacement> replacements = new ArrayList<>();
        for (int i = 2; i < lines.size(); i++) {
            if (lines.get(i).equals("<<<<")) {
                int middle = i + lines.subList(i, lines.size()).indexOf("====");
                int end = i + lines.subList(i, lines.size()).indexOf(">>>>");
                replacements.add(new Replacement(
                        String.join("\n", lines.subList(i + 1, middle)),
                        String.join("\n", lines.subList(middle + 1, end))));
                i = end;
            }
        }
        return new Mutation(lines.get(0), lines.get(1).substring("file ".length()), replacements);
    }

    /** Returns the source with the mistake. */
    String applyTo(String source) {
        String result = source;
        for (Replacement replacement : replacements) {
            int at = result.indexOf(replacement.before);
            if (at < 0 || result.indexOf(replacement.before, at + 1) >= 0) {
                throw new IllegalStateException("These lines are not in " + file + " exactly once, so the mutation \""
                        + description + "\" must be written anew:\n" + replacement.before);
            }
            result = result.substring(0, at) + replacement.after + result.substring(at + replacement.before.length());
        }
        return result;
    }
}
