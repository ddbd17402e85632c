// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** A release is complete: the BOM lists every published module, and the POM files have what Maven Central requires. */
class PublishedModulesTest {
    @Test
    void theBomListsEveryPublishedJarAndNoOther() throws Exception {
        TreeSet<String> expected = new TreeSet<>();
        for (String module : Poms.publishedJars()) {
            expected.add("dev.epik:" + module + "::${project.version}");
            if (isTransformedToJavax(module)) {
                expected.add("dev.epik:" + module + ":javax:${project.version}");
            }
        }
        assertTrue(expected.size() >= 9, "published: " + expected);
        List<String> listed = Poms.at(Poms.of("epik-bom"), "dependencyManagement", "dependencies", "dependency")
                .map(each -> String.join(
                        ":",
                        Poms.text(each, "groupId"),
                        Poms.text(each, "artifactId"),
                        Poms.text(each, "classifier"),
                        Poms.text(each, "version")))
                .toList();
        assertEquals(expected, new TreeSet<>(listed));
        assertEquals(expected.size(), listed.size(), "a module is listed twice");
    }

    @Test
    void testFixturesDemoBenchmarksAndExamplesAreNotPublished() throws Exception {
        List<String> published = Poms.published();
        for (String module : List.of("epik-testing", "demo-webapp", "epik-bench")) {
            assertTrue(!published.contains(module), module);
        }
        assertTrue(published.stream().noneMatch(module -> module.startsWith("examples/")), published::toString);
    }

    @Test
    void thePomsHaveWhatMavenCentralRequires() throws Exception {
        Element parent = Poms.of(".");
        List<String> missing = new ArrayList<>();
        for (String[] path : new String[][] {
            {"name"},
            {"description"},
            {"url"},
            {"licenses", "license", "name"},
            {"developers", "developer", "name"},
            {"scm", "connection"},
            {"scm", "developerConnection"},
            {"scm", "url"}
        }) {
            if (Poms.text(parent, path).isEmpty()) {
                missing.add("pom.xml: " + String.join("/", path));
            }
        }
        for (String module : Poms.published()) {
            for (String name : List.of("name", "description")) {
                if (Poms.text(Poms.of(module), name).isEmpty()) {
                    missing.add(module + "/pom.xml: " + name);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyModuleHasTheVersionOfTheParent() throws Exception {
        String version = Poms.text(Poms.of("."), "version");
        List<String> wrong = new ArrayList<>();
        for (Element module : Poms.at(Poms.of("."), "modules", "module").toList()) {
            String name = module.getTextContent();
            if (!Poms.text(Poms.of(name), "parent", "version").equals(version)) {
                wrong.add(name);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void theNpmPackageNamesTheSameRepository() throws Exception {
        String address = Poms.text(Poms.of("."), "scm", "url");
        String manifest = Files.readString(Documents.ROOT.resolve("epik-js/src/main/npm/package.json"));
        assertTrue(manifest.contains("\"git+" + address + ".git\""), address);
    }

    private static boolean isTransformedToJavax(String module) throws Exception {
        return Poms.at(Poms.of(module), "build", "plugins", "plugin", "artifactId")
                .anyMatch(each -> each.getTextContent().equals("transformer-maven-plugin"));
    }
}
