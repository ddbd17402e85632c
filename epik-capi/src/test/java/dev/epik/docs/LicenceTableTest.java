// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/**
 * THIRD-PARTY lists the libraries that the published modules declare, with a licence each. Libraries that come through
 * another one are compared by {@code .ci/release}, because only Maven can resolve them.
 */
class LicenceTableTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([^`]+:[^`]+)` \\| ([^|]*)\\| ([^|]*)\\| ?([^|]*)\\|$", Pattern.MULTILINE);
    private static final Set<String> SCOPES_OF_USERS = Set.of("", "compile", "runtime");

    @Test
    void everyDeclaredLibraryIsListedAndNoOther() throws Exception {
        Map<String, Set<String>> declared = new TreeMap<>();
        for (String module : Poms.publishedJars()) {
            addLibraries(module, module, declared);
        }
        Map<String, Set<String>> listed = new TreeMap<>();
        for (MatchResult row : rows()) {
            if (row.group(4).isBlank()) {
                Set<String> modules = new TreeSet<>();
                for (String module : row.group(3).strip().split(", ", -1)) {
                    modules.add(module.replace("`", ""));
                }
                listed.put(row.group(1), modules);
            }
        }
        assertEquals(declared, listed, "THIRD-PARTY.md");
    }

    /** No SQLite, no Micrometer, no Kafka, no Spring: those come from the application. */
    @Test
    void theSpringBootStarterBringsOnlyFilterAndClient() throws Exception {
        Set<String> brought = new TreeSet<>();
        for (Element each : Poms.at(Poms.of("epik-spring-boot-starter"), "dependencies", "dependency")
                .toList()) {
            if (SCOPES_OF_USERS.contains(Poms.text(each, "scope"))
                    && !Poms.text(each, "optional").equals("true")) {
                brought.add(Poms.text(each, "artifactId"));
            }
        }
        assertEquals(Set.of("epik-capi", "epik-filter"), brought);
    }

    @Test
    void everyLibraryHasALicence() throws Exception {
        List<MatchResult> rows = rows();
        assertTrue(rows.size() >= 10, "the table has no rows");
        List<String> wrong = new ArrayList<>();
        for (MatchResult row : rows) {
            if (!Pattern.compile("Apache-2\\.0|MIT|BSD-[23]-Clause|CC0-1\\.0")
                    .matcher(row.group(2))
                    .find()) {
                wrong.add(row.group(1) + ": " + row.group(2));
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** Adds the libraries of a module for a user: its own, and those of the modules that it brings. */
    private static void addLibraries(String user, String module, Map<String, Set<String>> declared) throws Exception {
        for (Element each :
                Poms.at(Poms.of(module), "dependencies", "dependency").toList()) {
            boolean optional = Poms.text(each, "optional").equals("true");
            String group = Poms.text(each, "groupId");
            String artifact = Poms.text(each, "artifactId");
            if (!SCOPES_OF_USERS.contains(Poms.text(each, "scope")) || (optional && !user.equals(module))) {
                continue;
            }
            if (!group.equals("dev.epik")) {
                declared.computeIfAbsent(group + ':' + artifact, key -> new TreeSet<>())
                        .add(optional ? user + " (optional)" : user);
            } else if (!optional) {
                addLibraries(user, artifact, declared);
            }
        }
    }

    private static List<MatchResult> rows() throws Exception {
        return ROW.matcher(Files.readString(Documents.ROOT.resolve("THIRD-PARTY.md")))
                .results()
                .toList();
    }
}
