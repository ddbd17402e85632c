// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.List;
import java.util.Locale;

/**
 * An HTTP response.
 *
 * @param headers one per element, in the order they were sent
 */
record Answer(int status, List<String> headers, String body) {
    List<String> all(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(header -> header.substring(prefix.length()).strip())
                .toList();
    }
}
