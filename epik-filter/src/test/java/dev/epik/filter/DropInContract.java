// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules for containers that deploy WARs: the jar in {@code WEB-INF/lib} is enough, and {@code web.xml} overrides it.
 */
abstract class DropInContract extends ProtocolContract {
    private static final String BANNER =
            "<listener><listener-class>dev.epik.filter.app.BannerListener</listener-class></listener>";

    @TempDir
    static Path temp;

    abstract Container start(Path war) throws Exception;

    private static Path build(boolean metadataComplete, String webXmlBody) throws Exception {
        return TestWar.build(Files.createTempDirectory(temp, "shop"), metadataComplete, webXmlBody);
    }

    @Override
    Container start(Deployment deployment) throws Exception {
        Map<String, String> initParams = deployment.initParams();
        return start(build(
                false,
                (deployment.hasForwardedHeaderFilter() ? TestWar.FORWARDED_HEADER_FILTER : "")
                        + (initParams.isEmpty() ? "" : TestWar.filterInWebXml(initParams))
                        + (deployment.hasBanner() ? BANNER : "")));
    }

    @Test
    void metadataCompleteDisablesTheFragmentButNotWebXml() throws Exception {
        try (Container without = start(build(true, ""))) {
            assertEquals(List.of(), new Wire(without.port()).get("/?epik=abc").all("Set-Cookie"));
        }
        try (Container with = start(build(true, TestWar.filterInWebXml(Map.of())))) {
            assertEquals(
                    1, new Wire(with.port()).get("/?epik=abc").all("Set-Cookie").size());
        }
    }

    @Test
    void writesOnceWhenRegisteredTwice() throws Exception {
        String body = TestWar.filterInWebXml(Map.of()).replace(">epik<", ">epik-again<");
        try (Container container = start(build(false, body))) {
            Wire wire = new Wire(container.port());
            assertEquals(1, wire.get("/?epik=abc").all("Set-Cookie").size());
            assertEquals(
                    2,
                    wire.get("/", "Cookie: _epik=abc", "Sec-GPC: 1")
                            .all("Set-Cookie")
                            .size());
        }
    }

    @Test
    void firstOfTwoRegistrationsDecides() throws Exception {
        String first = TestWar.filterInWebXml(Map.of("consent", "required")).replace(">epik<", ">epik-first<");
        try (Container container = start(build(false, first))) {
            assertEquals(List.of(), new Wire(container.port()).get("/?epik=abc").all("Set-Cookie"));
        }
    }
}
