// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.docs.FilterPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deploys the examples of {@code docs/filter.md}. */
class FilterPageTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("epik.root", ".."), "epik-filter", "src", "test", "docs");

    @TempDir
    Path temp;

    private Container start(boolean metadataComplete, String file) throws Exception {
        return new JettyEe10Test()
                .start(TestWar.build(temp, metadataComplete, Files.readString(SOURCES.resolve(file))));
    }

    @Test
    void settingInWebXmlDecides() throws Exception {
        try (Container shop = start(false, "setting.xml")) {
            Wire wire = new Wire(shop.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"), "no answer of OneTrust yet");
            String granted = "Cookie: OptanonConsent=groups=C0004%3A1; OptanonAlertBoxClosed=2026-01-01T00:00:00Z";
            assertEquals(1, wire.get("/?epik=abc", granted).all("Set-Cookie").size());
        }
    }

    @Test
    void declaredFilterCapturesInACompleteWebXml() throws Exception {
        try (Container shop = start(true, "filter.xml")) {
            assertEquals(
                    1, new Wire(shop.port()).get("/?epik=abc").all("Set-Cookie").size());
        }
    }

    @Test
    void builderOfThePageIsValid() {
        assertEquals(0, FilterPage.filter().counts().captured());
    }
}
