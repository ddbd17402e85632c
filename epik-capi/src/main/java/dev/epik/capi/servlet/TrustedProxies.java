// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.EpikException;
import dev.epik.capi.address.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The proxies in front of the shop, and the one header in which they say who asked. For where the container is not told
 * itself (Tomcat's {@code RemoteIpValve}, Jetty's {@code ForwardedRequestCustomizer}); one of the two is enough.
 *
 * <p>A header is believed from the right: each proxy appends the address it saw, so the first address from the right that is no
 * trusted proxy's is the visitor's, and what stands left of it the visitor may have invented.
 *
 * <p>WARNING: name the header that your proxies write. One that they only pass on is the visitor's own word.
 *
 * <p>Immutable.
 */
public final class TrustedProxies {
    private final String header;
    private final List<Network> networks;

    private TrustedProxies(String header, String... networks) {
        this.header = header;
        this.networks = Arrays.stream(networks).map(Network::parse).toList();
    }

    /**
     * Proxies that append to {@code X-Forwarded-For}, as most do.
     *
     * @param networks addresses or CIDR blocks, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an
     *     {@link EpikException} names an invalid one
     */
    public static TrustedProxies xForwardedFor(String... networks) {
        return new TrustedProxies("X-Forwarded-For", networks);
    }

    /** Proxies that append to {@code Forwarded} (RFC 7239). */
    public static TrustedProxies forwarded(String... networks) {
        return new TrustedProxies("Forwarded", networks);
    }

    String header() {
        return header;
    }

    /**
     * Returns the visitor's address, or null if a trusted proxy does not name it ({@code unknown}, {@code _hidden}, an
     * invalid address).
     *
     * @param remote who is connected to us, possibly with a port, brackets and a zone; if it is no address, it is
     *     returned as it is
     * @param lines of the header, in their order
     */
    @Nullable
    String visitor(@Nullable String remote, Enumeration<String> lines) {
        String visitor = IpAddress.bare(remote);
        if (visitor == null) {
            return remote;
        }
        List<String> chain = new ArrayList<>();
        while (lines.hasMoreElements()) {
            for (String element : lines.nextElement().split(",", -1)) {
                chain.add(header.equals("Forwarded") ? forParameter(element) : element.strip());
            }
        }
        for (int i = chain.size() - 1; i >= 0 && isTrusted(visitor); i--) {
            String next = IpAddress.bare(chain.get(i));
            if (next == null) {
                return null;
            }
            visitor = next;
        }
        return visitor;
    }

    private boolean isTrusted(String address) {
        byte[] bytes = IpAddress.bytes(address);
        return bytes != null && networks.stream().anyMatch(network -> network.holds(bytes));
    }

    /** No address has a comma or a semicolon, so quotes need no care but to be taken off. */
    private static String forParameter(String element) {
        for (String pair : element.split(";", -1)) {
            String[] nameAndValue = pair.split("=", 2);
            if (nameAndValue.length == 2
                    && nameAndValue[0].strip().toLowerCase(Locale.ROOT).equals("for")) {
                return nameAndValue[1].replace("\"", "").strip();
            }
        }
        return "";
    }

    private static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            byte[] address = IpAddress.bytes(slash < 0 ? text : text.substring(0, slash));
            String size = slash < 0 ? "" : text.substring(slash + 1);
            if (address == null || (slash >= 0 && !size.matches("\\d{1,3}"))) {
                throw wrong(text);
            }
            int longest = address.length * Byte.SIZE;
            int bits = slash < 0 ? longest : Integer.parseInt(size);
            if (bits > longest) {
                throw wrong(text);
            }
            return new Network(address, bits);
        }

        private static EpikException wrong(String text) {
            return new EpikException(
                    "\"" + text + "\" is no network of trusted proxies; use an address or a block such as 10.0.0.0/8");
        }

        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if ((address[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
