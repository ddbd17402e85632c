// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.address;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code VisitTest} checks {@code vectors/addresses.json}. */
class IpAddressTest {
    private static final String ALPHABET = "::::....00112f9a";

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, c0000207",
        "::ffff:192.0.2.7, c0000207",
        "::FFFF:c000:207, c0000207",
        "::192.0.2.7, 000000000000000000000000c0000207",
        "2001:db8::1, 20010db8000000000000000000000001",
        "::, 00000000000000000000000000000000",
        "1::, 00010000000000000000000000000000",
        "1:2:3::6:7.8.9.10, 0001000200030000000000060708090a",
        "1:2:3:4:5:6:7::, 00010002000300040005000600070000",
    })
    void readsTheBytes(String address, String hex) {
        byte[] bytes = IpAddress.bytes(address);
        assertNotNull(bytes);
        assertEquals(hex, HexFormat.of().formatHex(bytes));
    }

    @Test
    void returnsABareAddressItself() {
        assertSame("203.0.113.9", IpAddress.bare("203.0.113.9"));
        assertSame("2001:db8::1", IpAddress.bare("2001:db8::1"));
        assertNull(IpAddress.bare(null));
        assertNull(IpAddress.bytes("203.0.113.9:80"));
    }

    /** The JDK accepts more, such as groups of five digits. It never asks DNS for a text with a colon. */
    @Test
    void readsValidAddressesLikeTheJdk() throws Exception {
        Random random = new Random(20261126);
        int valid = 0;
        for (int round = 0; round < 300_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String address = text.toString();
            byte[] bytes = IpAddress.bytes(address);
            if (bytes != null && address.indexOf(':') >= 0) {
                valid++;
                assertArrayEquals(InetAddress.getByName(address).getAddress(), bytes, address);
            }
        }
        assertTrue(valid > 1000, valid + " valid addresses");
    }

    @Test
    void readsEveryAddressThatTheJdkWrites() throws Exception {
        Random random = new Random(20261126);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            String written = InetAddress.getByAddress(bytes).getHostAddress();
            assertArrayEquals(bytes, IpAddress.bytes(written), written);
        }
    }
}
