// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The code in README and the pages is that of compiled sources. With {@code -Depik.snippets=write} the blocks are
 * rewritten from the sources.
 */
class SnippetTest {
    private static final boolean WRITE = "write".equals(System.getProperty("epik.snippets"));

    @Test
    void everyCodeBlockShowsItsRegion() throws Exception {
        Snippets snippets = Snippets.read();
        List<String> wrong = new ArrayList<>();
        for (Path document : Documents.all()) {
            String text = Files.readString(document);
            String updated = snippets.updated(text, Documents.name(document));
            if (WRITE) {
                Files.writeString(document, updated);
            } else if (!updated.equals(text)) {
                wrong.add(Documents.name(document) + ": " + firstDifference(text, updated));
            }
        }
        wrong.addAll(snippets.mistakes());
        assertEquals("", String.join("\n", wrong), "rewrite the blocks with -Dtest=SnippetTest -Depik.snippets=write");
    }

    private static String firstDifference(String text, String updated) {
        List<String> old = text.lines().toList();
        List<String> now = updated.lines().toList();
        int line = 0;
        while (line < old.size() && line < now.size() && old.get(line).equals(now.get(line))) {
            line++;
        }
        return "line " + (line + 1) + " is not that of the source, which has \""
                + (line < now.size() ? now.get(line) : "") + '"';
    }
}
