// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.app.EchoServlet;
import dev.epik.testing.WarFiles;
import jakarta.servlet.Filter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An exploded WAR with the filter's jar in {@code WEB-INF/lib}, as a shop would have it. */
final class TestWar {
    /** Whether the servlet API is Jakarta's. The build for {@code javax} would also transform a longer literal. */
    static final boolean JAKARTA = Filter.class.getName().startsWith("jak");

    /** Runs before the fragment's filter, like every filter of {@code web.xml}. */
    static final String FORWARDED_HEADER_FILTER = """
            <filter>
              <filter-name>forwarded</filter-name>
              <filter-class>org.springframework.web.filter.ForwardedHeaderFilter</filter-class>
              <async-supported>true</async-supported>
            </filter>
            <filter-mapping><filter-name>forwarded</filter-name><url-pattern>/*</url-pattern></filter-mapping>
            """;

    private TestWar() {}

    /** Writes a WAR. {@code webXmlBody} goes between the application's servlet and the end of {@code web.xml}. */
    static Path build(Path directory, boolean metadataComplete, String webXmlBody) throws Exception {
        Path webInf = Files.createDirectories(directory.resolve("war").resolve("WEB-INF"));
        WarFiles.addLibrary(webInf, "epik-filter.jar", EpikFilter.class);
        WarFiles.addPackage(webInf, EchoServlet.class);
        Files.writeString(webInf.resolve("web.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <web-app xmlns="%s" version="%s" metadata-complete="%s">
                  <filter>
                    <filter-name>ahead</filter-name>
                    <filter-class>dev.epik.filter.app.AheadFilter</filter-class>
                    <async-supported>true</async-supported>
                  </filter>
                  <filter-mapping>
                    <filter-name>ahead</filter-name><url-pattern>/caching/*</url-pattern>
                    <dispatcher>REQUEST</dispatcher><dispatcher>ASYNC</dispatcher>
                  </filter-mapping>
                  <servlet>
                    <servlet-name>echo</servlet-name>
                    <servlet-class>dev.epik.filter.app.EchoServlet</servlet-class>
                    <async-supported>true</async-supported>
                    <multipart-config/>
                  </servlet>
                  <servlet-mapping><servlet-name>echo</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
                  <servlet>
                    <servlet-name>caching</servlet-name>
                    <servlet-class>dev.epik.filter.app.CachingServlet</servlet-class>
                    <async-supported>true</async-supported>
                  </servlet>
                  <servlet-mapping><servlet-name>caching</servlet-name><url-pattern>/caching/*</url-pattern></servlet-mapping>
                  <error-page><error-code>410</error-code><location>/caching/error-page</location></error-page>
                  <error-page>
                    <exception-type>java.lang.IllegalStateException</exception-type>
                    <location>/caching/error-page</location>
                  </error-page>
                  %s
                </web-app>
                """.formatted(
                        JAKARTA ? "https://jakarta.ee/xml/ns/jakartaee" : "http://xmlns.jcp.org/xml/ns/javaee",
                        JAKARTA ? "6.0" : "4.0",
                        metadataComplete,
                        webXmlBody));
        return directory.resolve("war");
    }

    /** Returns the declaration of the filter in {@code web.xml}, as for {@code metadata-complete} or init-params. */
    static String filterInWebXml(Map<String, String> initParams) {
        StringBuilder params = new StringBuilder();
        initParams.forEach((name, value) ->
                params.append("<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
                        .formatted(name, value)));
        return """
                <filter>
                  <filter-name>epik</filter-name>
                  <filter-class>dev.epik.filter.EpikFilter</filter-class>
                  <async-supported>true</async-supported>
                  %s
                </filter>
                <filter-mapping>
                  <filter-name>epik</filter-name><url-pattern>/*</url-pattern>
                  <dispatcher>REQUEST</dispatcher><dispatcher>ASYNC</dispatcher><dispatcher>ERROR</dispatcher>
                </filter-mapping>
                """.formatted(params);
    }
}
