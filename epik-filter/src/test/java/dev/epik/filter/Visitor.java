// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.ArrayList;
import java.util.List;

/** Sends requests that HTTP clients refuse to send: with any host, duplicate cookies or broken URLs. */
interface Visitor {
    /**
     * Sends one request. A {@code Host} or an {@code Accept} among the headers replaces the usual one.
     *
     * @param headers one per element, such as {@code Cookie: a=b}
     */
    Answer send(String method, String target, String body, String... headers) throws Exception;

    default Answer get(String target, String... headers) throws Exception {
        return send("GET", target, "", headers);
    }

    /** Adds the headers of a browser that is too old for {@code Sec-Fetch-Dest}. */
    static List<String> complete(String... headers) {
        List<String> lines = new ArrayList<>(List.of(headers));
        if (lines.stream().noneMatch(line -> line.startsWith("Host:"))) {
            lines.add("Host: www.shop.example");
        }
        if (lines.stream().noneMatch(line -> line.startsWith("Accept:"))) {
            lines.add("Accept: text/html,application/xhtml+xml,*/*;q=0.8");
        }
        return lines;
    }
}
