// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The coordinates that the documents show are those of this build's modules and of the libraries it is tested with. */
class CoordinatesTest {
    private static final Path SOURCES = Documents.ROOT.resolve("epik-capi/src/test/docs");
    private static final Map<String, String> PROPERTIES = Map.of(
            "org.xerial:sqlite-jdbc", "sqlite.version",
            "org.eclipse.jetty.ee10:jetty-ee10-servlet", "jetty.version",
            "jakarta.servlet:jakarta.servlet-api", "servlet.version",
            "javax.servlet:javax.servlet-api", "javax-servlet.version");

    @Test
    void mavenNamesModulesOfThisBuild() throws Exception {
        List<String> wrong = new ArrayList<>();
        NodeList dependencies =
                Poms.parse(Files.readString(SOURCES.resolve("coordinates.xml"))).getElementsByTagName("dependency");
        assertTrue(dependencies.getLength() >= 6, "the file has no dependencies");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            check(child(dependency, "groupId"), child(dependency, "artifactId"), child(dependency, "version"), wrong);
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void gradleAndProseNameModulesOfThisBuild() throws Exception {
        List<String> wrong = new ArrayList<>();
        String text = Files.readString(SOURCES.resolve("build.gradle"))
                + Files.readString(Documents.ROOT.resolve("README.md"));
        List<MatchResult> coordinates = Pattern.compile("['`\"]([a-z0-9.]+):([a-z0-9.-]+):([^'`\":]+)(?::javax)?['`\"]")
                .matcher(text)
                .results()
                .toList();
        assertTrue(coordinates.size() >= 6, "the files have no coordinates");
        coordinates.forEach(each -> check(each.group(1), each.group(2), each.group(3), wrong));
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyPublishedModuleForAShopIsShown() throws Exception {
        String shown = Files.readString(SOURCES.resolve("coordinates.xml"))
                + Files.readString(SOURCES.resolve("build.gradle"));
        TreeSet<String> missing = new TreeSet<>(
                List.of("epik-filter", "epik-capi", "epik-js", "epik-spring-boot-starter", "epik-testkit", "epik-bom"));
        missing.removeIf(module -> shown.contains("<artifactId>" + module + "</artifactId>")
                && shown.contains("dev.epik:" + module + ":"));
        assertEquals(new TreeSet<>(), missing);
    }

    private static void check(String group, String artifact, String version, List<String> wrong) {
        try {
            Element parent = Poms.of(".");
            String expected;
            if (group.equals("dev.epik")) {
                Element module = Poms.of(artifact);
                expected = child((Element) module.getElementsByTagName("parent").item(0), "version");
            } else {
                expected = child(parent, PROPERTIES.getOrDefault(group + ':' + artifact, "unknown"));
            }
            if (!expected.equals(version)) {
                wrong.add(group + ':' + artifact + ':' + version + ", the build has " + expected);
            }
        } catch (Exception e) {
            wrong.add(group + ':' + artifact + ':' + version + ": " + e);
        }
    }

    private static String child(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }
}
