// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CookieDomainTest {
    static Stream<Vectors.Row> domain() {
        return Vectors.rows("domain");
    }

    @ParameterizedTest
    @MethodSource("domain")
    void takesTheDomainThatTheTableSays(Vectors.Row row) {
        JsonNode repeat = row.json().path("repeat");
        String host = row.text("host")
                + repeat.path("text").asText().repeat(repeat.path("times").asInt())
                + repeat.path("end").asText();
        assertEquals(row.orNull("domain"), CookieDomain.ofHost(host));
    }

    @Test
    void anExplicitDomainMustCoverTheHost() {
        assertEquals("shop.example", CookieDomain.explicit("shop.example", "www.shop.example"));
        assertEquals("shop.example", CookieDomain.explicit("shop.example", "pay.shop.example:8443"));
        assertEquals("shop.example", CookieDomain.explicit("shop.example", "shop.example"));
        assertNull(CookieDomain.explicit("shop.example", "other.example"));
        assertNull(CookieDomain.explicit("shop.example", "notshop.example"));
        assertNull(CookieDomain.explicit("shop.example", "localhost"));
    }
}
