// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.address;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads IPv4 and IPv6 addresses in text form, and never asks DNS. The rules are in {@code vectors/addresses.json}.
 *
 * <p>Stateless, so thread-safe.
 */
public final class IpAddress {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int GROUPS = 8;
    private static final int MAX_GROUP_DIGITS = 4;
    private static final int MAX_PORT = 65535;

    private IpAddress() {}

    /**
     * Returns the address without its port, the brackets of an IPv6 address and its zone: {@code 203.0.113.9} of
     * {@code 203.0.113.9:54321}, {@code fe80::1} of {@code [fe80::1%eth0]:443}. Returns the text itself if it has none
     * of these.
     *
     * @return null if the text is not exactly one address
     */
    public static @Nullable String bare(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int length = text.length();
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            boolean closed = end > 0 && (end == length - 1 || isPort(text, end + 1));
            return closed ? bareIpv6(text, 1, end) : null;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return ipv4(text, 0, length, null, 0) ? text : null;
        }
        if (colon == text.lastIndexOf(':')) {
            return isPort(text, colon) && ipv4(text, 0, colon, null, 0) ? text.substring(0, colon) : null;
        }
        return bareIpv6(text, 0, length);
    }

    /**
     * Returns the 4 or 16 bytes of a bare address. An IPv4 address inside IPv6 ({@code ::ffff:192.0.2.7}) has 4.
     *
     * @return null if the text is not a bare address
     */
    public static byte @Nullable [] bytes(String bare) {
        byte[] bytes = new byte[bare.indexOf(':') < 0 ? IPV4_BYTES : IPV6_BYTES];
        boolean valid = bytes.length == IPV4_BYTES
                ? ipv4(bare, 0, bare.length(), bytes, 0)
                : ipv6(bare, 0, bare.length(), bytes);
        if (!valid) {
            return null;
        }
        return isMappedIpv4(bytes) ? Arrays.copyOfRange(bytes, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES) : bytes;
    }

    private static boolean isMappedIpv4(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes.length != IPV6_BYTES || bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    private static @Nullable String bareIpv6(String text, int from, int to) {
        int zone = text.indexOf('%', from);
        int end = zone < 0 ? to : zone;
        if (!ipv6(text, from, end, null) || (zone >= 0 && !isZone(text, zone + 1, to))) {
            return null;
        }
        return text.substring(from, end);
    }

    /** Returns whether it is the name of a network interface, in a URI with an escaped percent sign (RFC 6874). */
    private static boolean isZone(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c > '~' || !(Character.isLetterOrDigit(c) || "-._~%".indexOf(c) >= 0)) {
                return false;
            }
        }
        return from < to;
    }

    /** Returns whether the rest of the text is a colon and a port number. */
    private static boolean isPort(String text, int from) {
        int port = 0;
        for (int i = from + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || port > MAX_PORT) {
                return false;
            }
            port = port * 10 + digit;
        }
        return text.charAt(from) == ':' && text.length() > from + 1 && port <= MAX_PORT;
    }

    /** Reads four decimal numbers. One with a leading zero is invalid, because some programs read it as octal. */
    private static boolean ipv4(String text, int from, int to, byte @Nullable [] target, int at) {
        int octets = 0;
        int i = from;
        while (i < to && octets < IPV4_BYTES) {
            int begin = i;
            int value = 0;
            while (i < to && i - begin < 3 && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                value = value * 10 + text.charAt(i++) - '0';
            }
            boolean leadingZero = i - begin > 1 && text.charAt(begin) == '0';
            if (i == begin || value > 255 || leadingZero) {
                return false;
            }
            if (target != null) {
                target[at + octets] = (byte) value;
            }
            octets++;
            if (i < to && (octets == IPV4_BYTES || text.charAt(i++) != '.')) {
                return false;
            }
        }
        return octets == IPV4_BYTES;
    }

    /** Reads the text forms of RFC 4291, section 2.2. */
    private static boolean ipv6(String text, int from, int to, byte @Nullable [] target) {
        int groups = 0;
        int gap = -1; // the number of groups before the "::"
        int i = from;
        if (text.startsWith("::", from)) {
            gap = 0;
            i += 2;
        }
        while (i < to) {
            int begin = i;
            int value = 0;
            while (i < to && i - begin < MAX_GROUP_DIGITS && hexDigit(text.charAt(i)) >= 0) {
                value = value * 16 + hexDigit(text.charAt(i++));
            }
            if (i < to && text.charAt(i) == '.') { // the last two groups, as an IPv4 address
                if (groups > GROUPS - 2 || !ipv4(text, begin, to, target, 2 * groups)) {
                    return false;
                }
                groups += 2;
                break;
            }
            if (i == begin || groups == GROUPS) {
                return false;
            }
            if (target != null) {
                target[2 * groups] = (byte) (value >> Byte.SIZE);
                target[2 * groups + 1] = (byte) value;
            }
            groups++;
            if (i == to) {
                break;
            }
            if (text.charAt(i++) != ':' || i == to) {
                return false;
            }
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = groups;
                i++;
            }
        }
        if (gap < 0 ? groups != GROUPS : groups == GROUPS) {
            return false;
        }
        if (target != null && gap >= 0) {
            int missing = IPV6_BYTES - 2 * groups;
            System.arraycopy(target, 2 * gap, target, 2 * gap + missing, 2 * (groups - gap));
            Arrays.fill(target, 2 * gap, 2 * gap + missing, (byte) 0);
        }
        return true;
    }

    private static int hexDigit(char c) {
        return c <= 'f' ? Character.digit(c, 16) : -1;
    }
}
