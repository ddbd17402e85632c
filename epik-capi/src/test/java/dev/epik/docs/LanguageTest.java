// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks comments, code and documents against each {@link LanguageRule}. */
class LanguageTest {
    private static final int MAX_README_LINES = 150;

    /** Files that quote what they forbid. */
    private static final Set<String> EXEMPT = Set.of(
            "epik-capi/src/test/java/dev/epik/docs/LanguageRule.java",
            "epik-capi/src/test/java/dev/epik/docs/LanguageTest.java");

    private static final Pattern METHOD =
            Pattern.compile("(?!return |throw |new |record |(?:\\w+ )*(?:class|record|enum|interface) )"
                    + "(?:<.+> )?[\\w<>\\[\\],.?@& ]+ \\w+\\([^=]*");

    private record Finding(LanguageRule rule, String file, int line, String text) {
        @Override
        public String toString() {
            return rule + " " + file + ":" + line + " " + text + " (write " + rule.instead + ")";
        }
    }

    @Test
    void noFileBreaksARule() throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Path file : Documents.sources(name -> name.matches(".*\\.(java|js|ts)"))) {
            if (!EXEMPT.contains(Documents.name(file))) {
                readSource(Documents.name(file), Files.readString(file), findings);
            }
        }
        for (Path file : Documents.all()) {
            List<String> lines = Prose.ofDocument(Files.readString(file));
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                check(Documents.name(file), i, line, LanguageRule.Where.COMMENTS_AND_DOCUMENTS, findings);
                if (!line.startsWith("|")) {
                    check(Documents.name(file), i, line, LanguageRule.Where.LINES, findings);
                }
            }
        }
        String list = findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
        assertEquals("", list, "see CONTRIBUTING, Language");
    }

    private static void readSource(String name, String source, List<Finding> findings) {
        Prose.Parts parts = Prose.of(source);
        List<String> lines = source.lines().toList();
        String javadoc = "";
        int javadocLine = 0;
        for (int i = 0; i < parts.comments().size(); i++) {
            String comment = parts.comments().get(i).replaceAll("\\{@code [^}]*}|`[^`]*`", "``");
            if (lines.get(i).strip().startsWith("/** ")
                    || (i > 0 && lines.get(i - 1).strip().equals("/**"))) {
                comment = "/** " + comment.strip().replaceFirst("^\\*+ ", "");
                javadoc = comment;
                javadocLine = i;
            }
            check(name, i, comment, LanguageRule.Where.COMMENTS, findings);
            check(name, i, comment, LanguageRule.Where.COMMENTS_AND_DOCUMENTS, findings);
            String code = parts.code().get(i).strip();
            check(name, i, code, LanguageRule.Where.CODE, findings);
            if (METHOD.matcher(code).matches()) {
                check(name, javadocLine, javadoc, LanguageRule.Where.METHODS, findings);
            }
            if (!code.isEmpty() && !code.startsWith("@Suppress")) {
                javadoc = "";
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            // the formatter cannot break a string
            if (lines.get(i).indexOf('"') < 0 && !parts.comments().get(i).isBlank()) {
                check(name, i, lines.get(i), LanguageRule.Where.LINES, findings);
            }
        }
    }

    private static void check(String file, int index, String line, LanguageRule.Where where, List<Finding> findings) {
        for (LanguageRule rule : LanguageRule.values()) {
            if (rule.where == where) {
                Matcher matcher = rule.pattern.matcher(line);
                while (matcher.find()) {
                    findings.add(new Finding(rule, file, index + 1, line.strip()));
                }
            }
        }
    }

    @Test
    void readmeHasAtMost150Lines() throws IOException {
        int lines = Files.readAllLines(Documents.ROOT.resolve("README.md")).size();
        assertTrue(lines <= MAX_README_LINES, "README has " + lines + " lines; move text to a page under docs/");
    }

    @Test
    void commentsAndCodeAreSeparated() {
        Prose.Parts parts =
                Prose.of("int a; // b \"c\"\nString d = \"// e\"; /* f\n g */ h('\"'); \"\"\"\n// i\n\"\"\";");
        assertEquals("b \"c\"", parts.comments().get(0).strip());
        assertEquals("f", parts.comments().get(1).strip());
        assertEquals("g */", parts.comments().get(2).strip());
        assertEquals("h();", parts.code().get(2).replace(" ", ""));
        assertEquals("", parts.comments().get(3).strip());
    }
}
