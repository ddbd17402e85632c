// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/**
 * Counts in comments, code and documents what {@link LanguageRule} names, and prints the counts by rule and file. With
 * {@code -Depik.language=list} it prints each place.
 */
class LanguageTest {
    private static final int MAX_README_LINES = 150;

    /** Files that quote what they forbid, or what others have written. */
    private static final Set<String> EXEMPT = Set.of(
            "epik-capi/src/test/java/dev/epik/docs/LanguageRule.java",
            "epik-capi/src/test/java/dev/epik/docs/LanguageTest.java");

    /** Lines that are right all the same, as {@code RULE file: part of the line}. Keep it short. */
    private static final Set<String> ALLOWED = Set.of();

    private record Finding(LanguageRule rule, String file, int line, String text) {
        boolean isAllowed() {
            return ALLOWED.stream().anyMatch(each -> {
                String[] parts = each.split("[ :]+", 3);
                return parts[0].equals(rule.name()) && parts[1].equals(file) && text.contains(parts[2]);
            });
        }
    }

    @Test
    void everyRuleIsWithinItsBudget() throws IOException {
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
        findings.removeIf(Finding::isAllowed);
        assertEquals("", overBudget(findings), "see CONTRIBUTING, Language; each place with -Depik.language=list");
    }

    private static void readSource(String name, String source, List<Finding> findings) {
        Prose.Parts parts = Prose.of(source);
        List<String> lines = source.lines().toList();
        for (int i = 0; i < parts.comments().size(); i++) {
            String comment = parts.comments().get(i).replaceAll("\\{@code [^}]*}|`[^`]*`", "``");
            if (lines.get(i).strip().startsWith("/** ")
                    || (i > 0 && lines.get(i - 1).strip().equals("/**"))) {
                comment = "/** " + comment.strip().replaceFirst("^\\*+ ", "");
            }
            check(name, i, comment, LanguageRule.Where.COMMENTS, findings);
            check(name, i, comment, LanguageRule.Where.COMMENTS_AND_DOCUMENTS, findings);
        }
        for (int i = 0; i < parts.code().size(); i++) {
            check(name, i, parts.code().get(i), LanguageRule.Where.CODE, findings);
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

    private static String overBudget(List<Finding> findings) {
        Map<LanguageRule, Map<String, Integer>> counts = new EnumMap<>(LanguageRule.class);
        for (Finding finding : findings) {
            counts.computeIfAbsent(finding.rule(), rule -> new TreeMap<>()).merge(finding.file(), 1, Integer::sum);
            if ("list".equals(System.getProperty("epik.language"))) {
                System.out.println("LANGUAGE: " + finding.rule() + " " + finding.file() + ":" + finding.line() + " "
                        + finding.text());
            }
        }
        StringBuilder over = new StringBuilder();
        counts.forEach((rule, files) -> {
            int count = files.values().stream().mapToInt(Integer::intValue).sum();
            System.out.println("LANGUAGE: " + rule + " " + count + " of " + rule.budget + " allowed");
            files.forEach((file, each) -> System.out.println("LANGUAGE:   " + each + " in " + file));
            if (count > rule.budget) {
                over.append(rule)
                        .append(": ")
                        .append(count)
                        .append(", budget ")
                        .append(rule.budget)
                        .append("; write ")
                        .append(rule.instead)
                        .append(" in ")
                        .append(files)
                        .append('\n');
            }
        });
        return over.toString();
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
