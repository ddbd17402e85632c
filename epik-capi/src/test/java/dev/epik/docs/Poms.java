// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The POM files of this repository, as they are written: nothing is inherited or interpolated. */
final class Poms {
    private Poms() {}

    /** Returns the root element of a module's POM; the module {@code "."} is the parent. */
    static Element of(String module) throws Exception {
        return parse(Files.readString(Documents.ROOT.resolve(module).resolve("pom.xml")));
    }

    /** Returns the modules that a release publishes: all that do not set {@code maven.deploy.skip}. */
    static List<String> published() throws Exception {
        List<String> modules =
                at(of("."), "modules", "module").map(Element::getTextContent).toList();
        List<String> published = new ArrayList<>();
        for (String module : modules) {
            if (!text(of(module), "properties", "maven.deploy.skip").equals("true")) {
                published.add(module);
            }
        }
        return published;
    }

    /** Returns the published modules that are jars. */
    static List<String> publishedJars() throws Exception {
        List<String> jars = new ArrayList<>();
        for (String module : published()) {
            if (!text(of(module), "packaging").equals("pom")) {
                jars.add(module);
            }
        }
        return jars;
    }

    /** Returns the elements that a path of child names leads to. */
    static Stream<Element> at(Element from, String... path) {
        Stream<Element> found = Stream.of(from);
        for (String name : path) {
            found = found.flatMap(each -> children(each, name));
        }
        return found;
    }

    /** Returns the text of the only element at the path, or the empty string if there is none. */
    static String text(Element from, String... path) {
        return at(from, path)
                .map(each -> each.getTextContent().strip())
                .findFirst()
                .orElse("");
    }

    /** Parses XML and returns its root element. */
    static Element parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement();
    }

    private static Stream<Element> children(Element from, String name) {
        NodeList nodes = from.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeName().equals(name))
                .map(Element.class::cast);
    }
}
