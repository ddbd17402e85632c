// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code blocks of the documents and the regions of the sources that they show.
 *
 * <p>A region begins at a line with {@code tag::name[]} and ends at one with {@code end::name[]}, each in a comment. A
 * block shows it if the line before the block is {@code <!-- snippet: name -->}. A name with a dot is a whole file.
 */
final class Snippets {
    private static final Pattern TAG = Pattern.compile("^\\s*(?://|#|<!--) (tag|end)::([a-z0-9-]+)\\[]( -->)?$");
    private static final Pattern BINDING = Pattern.compile("^<!-- snippet: ([a-z0-9.-]+) -->$");

    /** Blocks in these languages are commands, output or drawings, and need no source. */
    private static final Set<String> UNBOUND = Set.of("sh", "text");

    private final Map<String, String> regions = new TreeMap<>();
    private final Set<String> shown = new TreeSet<>();
    private final List<String> mistakes = new ArrayList<>();

    private Snippets() {}

    /** Reads the regions of the test sources for documents, and of the examples. */
    static Snippets read() throws IOException {
        Snippets snippets = new Snippets();
        for (Path file :
                Documents.sources(name -> name.matches(".*\\.(java|xml|html|js|json|properties|gradle|yml|yaml|sh)"))) {
            String path = Documents.name(file);
            if (path.contains("/src/test/docs/")
                    || path.contains("/src/test/java/dev/epik/docs/")
                    || path.startsWith("examples/")) {
                snippets.readSource(path, Files.readAllLines(file));
            }
        }
        return snippets;
    }

    private void readSource(String path, List<String> lines) {
        if (path.endsWith(".json")) {
            put(path.substring(path.lastIndexOf('/') + 1), lines, path);
            return;
        }
        String open = ""; // the name of the region that has begun
        List<String> region = new ArrayList<>();
        for (String line : lines) {
            Matcher tag = TAG.matcher(line);
            if (!tag.matches()) {
                region.add(line);
            } else if (tag.group(1).equals("tag")) {
                if (!open.isEmpty()) {
                    mistakes.add(path + ": the region " + open + " does not end before " + tag.group(2));
                }
                open = tag.group(2);
                region.clear();
            } else if (!tag.group(2).equals(open)) {
                mistakes.add(path + ": the region " + tag.group(2) + " ends and has not begun");
            } else {
                put(open, region, path);
                open = "";
            }
        }
        if (!open.isEmpty()) {
            mistakes.add(path + ": the region " + open + " does not end");
        }
    }

    private void put(String name, List<String> region, String path) {
        if (regions.put(name, String.join("\n", region).stripIndent().strip() + "\n") != null) {
            mistakes.add(path + ": there are two regions " + name);
        }
    }

    /** Returns the document with the blocks that the sources have now. */
    String updated(String document, String path) {
        StringBuilder text = new StringBuilder();
        String previous = "";
        boolean inBlock = false;
        boolean isReplaced = false;
        for (String line : document.lines().toList()) {
            if (line.startsWith("```")) {
                if (!inBlock) {
                    text.append(line).append('\n');
                    isReplaced = replace(line.substring(3), previous, path, text);
                } else {
                    text.append(line).append('\n');
                    isReplaced = false;
                }
                inBlock = !inBlock;
            } else if (!isReplaced) {
                text.append(line).append('\n');
            }
            previous = line;
        }
        if (inBlock) {
            mistakes.add(path + ": a code block does not end");
        }
        return text.toString();
    }

    private boolean replace(String language, String previous, String path, StringBuilder text) {
        Matcher binding = BINDING.matcher(previous);
        if (!binding.matches()) {
            if (!UNBOUND.contains(language)) {
                mistakes.add(
                        path + ": a block of \"" + language + "\" shows no region. Put <!-- snippet: NAME --> before"
                                + " it, or name its language sh or text if it is a command or output");
            }
            return false;
        }
        String name = binding.group(1);
        String region = regions.get(name);
        if (region == null) {
            mistakes.add(path + ": no test source has the region " + name);
            return false;
        }
        shown.add(name);
        text.append(region);
        return true;
    }

    /** Returns what is wrong, after all documents were read. */
    List<String> mistakes() {
        List<String> all = new ArrayList<>(mistakes);
        regions.keySet().stream()
                .filter(name -> !shown.contains(name))
                .forEach(name -> all.add("no document shows the region " + name));
        return all;
    }
}
