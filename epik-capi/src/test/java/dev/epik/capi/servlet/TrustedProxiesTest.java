// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final String[] NETWORKS = {"10.0.0.0/8", "192.0.2.1", "2001:db8::/32"};

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.7|203.0.113.9|198.51.100.7", // the client is not a trusted proxy, so its header is ignored
                "10.1.2.3|203.0.113.9|203.0.113.9",
                "10.1.2.3|1.1.1.1, 203.0.113.9|203.0.113.9", // the entry on the left may be forged
                "10.1.2.3|203.0.113.9, 10.9.9.9|203.0.113.9",
                "10.1.2.3|203.0.113.9,192.0.2.1 ,10.9.9.9|203.0.113.9",
                "10.1.2.3|10.4.4.4, 10.9.9.9|10.4.4.4", // a visitor from inside
                "10.1.2.3||", // a proxy that adds no header
                "10.1.2.3|203.0.113.9:4711|203.0.113.9",
                "10.1.2.3|2a00::1|2a00::1",
                "10.1.2.3|[2a00::1]:443|2a00::1",
                "2001:db8:1::5|2a00::1|2a00::1",
                "::ffff:10.1.2.3|203.0.113.9|203.0.113.9",
                "10.1.2.3:4711|203.0.113.9|203.0.113.9",
                "[2001:db8::5]:443|203.0.113.9:80|203.0.113.9",
                "[2a00::7%eth0]:443|203.0.113.9|2a00::7",
                "not an address|203.0.113.9|not an address",
                "10.1.2.3|12345::|",
                "10.1.2.3|203.0.113.9:|",
                "10.1.2.3|unknown|",
                "10.1.2.3|shop.example|",
                "10.1.2.3|203.0.113.999|",
                "192.0.2.2|203.0.113.9|192.0.2.2",
                "11.0.0.1|203.0.113.9|11.0.0.1",
            })
    void theVisitorIsTheFirstAddressFromTheRightThatIsNotAProxy(String remote, String header, String visitor) {
        TrustedProxies proxies = TrustedProxies.xForwardedFor(NETWORKS);
        List<String> lines = List.of(header == null ? "" : header);
        assertEquals(visitor, proxies.visitor(remote, Collections.enumeration(lines)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=203.0.113.9;proto=https|203.0.113.9",
                "for=1.1.1.1, proto=https; For=203.0.113.9:80|203.0.113.9",
                "for=\"[2a00::1]:443\";by=10.0.0.1|2a00::1",
                "for=_hidden|",
                "proto=https|",
            })
    void readsForwardedLikeRfc7239(String header, String visitor) {
        TrustedProxies proxies = TrustedProxies.forwarded(NETWORKS);
        assertEquals(visitor, proxies.visitor("10.1.2.3", Collections.enumeration(List.of(header))));
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 203.0.113.9"})
    void severalHeaderLinesFormOneList(String remote, String visitor) {
        TrustedProxies proxies = TrustedProxies.xForwardedFor(NETWORKS);
        List<String> lines = List.of("1.1.1.1", visitor, "10.9.9.9");
        assertEquals(visitor, proxies.visitor(remote, Collections.enumeration(lines)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy.example",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "2001:db8::/129",
                "10.0.0/8",
                "300.0.0.1"
            })
    void anInvalidNetworkIsNamed(String text) {
        var wrong = assertThrows(EpikException.class, () -> TrustedProxies.xForwardedFor(text));
        assertTrue(wrong.toString().contains('"' + text + '"'), wrong::toString);
    }
}
