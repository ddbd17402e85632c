// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DomainNamesTest {
    static Stream<VectorRow> domain() {
        return VectorRow.of("capture.json", "domain");
    }

    @ParameterizedTest
    @MethodSource("domain")
    void derivesTheDomainAsTheTableSays(VectorRow row) {
        assertEquals(row.orNull("domain"), DomainNames.ofHost(row.text("host")));
    }

    @Test
    void usesAnExplicitDomainOnlyIfItCoversTheHost() {
        assertEquals("shop.example", DomainNames.explicit("shop.example", "www.shop.example"));
        assertEquals("shop.example", DomainNames.explicit("shop.example", "pay.shop.example:8443"));
        assertEquals("shop.example", DomainNames.explicit("shop.example", "shop.example"));
        assertNull(DomainNames.explicit("shop.example", "other.example"));
        assertNull(DomainNames.explicit("shop.example", "notshop.example"));
        assertNull(DomainNames.explicit("shop.example", "localhost"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "www.shop.example | shop.example",
                "shop.example | shop.example",
                "checkout.shop.example:8443 | checkout.shop.example shop.example",
                "www.a.b.shop.example | a.b.shop.example b.shop.example shop.example",
                "www.shop.co.uk | shop.co.uk co.uk",
                "a.b.c.d.e.f.shop.example | a.b.c.d.e.f.shop.example d.e.f.shop.example e.f.shop.example f.shop.example"
                        + " shop.example",
                "localhost |",
                "192.0.2.7 |",
            })
    void listsTheHostAndItsParentDomains(String host, @Nullable String domains) {
        List<String> all = DomainNames.allOf(host);
        assertTrue(all.size() <= 6, all::toString);
        List<String> expected = domains == null ? List.of() : List.of(domains.split(" ", -1));
        assertTrue(all.containsAll(expected), all::toString);
        assertEquals(expected.isEmpty(), all.isEmpty());
        assertEquals(host.startsWith("a.b.c") ? 6 : expected.size(), all.size(), all::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "co.uk, true",
        "com.au, true",
        "nhs.uk, true",
        "shop.example, false",
        "t.co, false",
        "co.example, false",
        "bbc.uk, false",
        "shop.co.uk, false",
        "host, false",
        "auto, false"
    })
    void recognizesDomainsOfRegistries(String domain, boolean looks) {
        assertEquals(looks, DomainNames.looksLikePublicSuffix(domain));
    }
}
