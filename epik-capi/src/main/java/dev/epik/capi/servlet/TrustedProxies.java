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
 * The proxies in front of the shop, and the header in which they report the visitor's IP address. Not needed if the
 * container is configured for them (Tomcat's {@code RemoteIpValve}, Jetty's {@code ForwardedRequestCustomizer}).
 *
 * <p>The header is read from the right, because each proxy appends the address it saw. The first address from the right
 * that is not a trusted proxy is the visitor's. The visitor may have invented everything to the left of it.
 *
 * <p><b>WARNING</b>: name the header that your proxies write. A header that they only pass on comes from the visitor.
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
     * Returns proxies that append to {@code X-Forwarded-For}, as most do.
     *
     * @param networks addresses or CIDR blocks, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}
     * @throws EpikException if a network is invalid; the message names it
     */
    public static TrustedProxies xForwardedFor(String... networks) {
        return new TrustedProxies("X-Forwarded-For", networks);
    }

    /**
     * Returns proxies that append to {@code Forwarded} (RFC 7239).
     *
     * @param networks addresses or CIDR blocks, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}
     * @throws EpikException if a network is invalid; the message names it
     */
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
     * @param remote the address of the connection, possibly with a port, brackets and a zone; if it is not an address,
     *     it is returned unchanged
     * @param lines the lines of the header, in their order
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
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Returns the value of {@code for}. No address has a comma or a semicolon, so quotes are simply removed. */
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
                throw invalid(text);
            }
            int max = address.length * Byte.SIZE;
            int bits = slash < 0 ? max : Integer.parseInt(size);
            if (bits > max) {
                throw invalid(text);
            }
            return new Network(address, bits);
        }

        private static EpikException invalid(String text) {
            return new EpikException("\"" + text
                    + "\" is not a valid network of trusted proxies: use an address or a block such as 10.0.0.0/8");
        }

        boolean contains(byte[] other) {
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
