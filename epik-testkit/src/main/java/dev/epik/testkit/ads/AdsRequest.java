// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.List;
import java.util.Map;

/**
 * A request to an endpoint of one ad account.
 *
 * @param method the HTTP method
 * @param path the segments of the path after the ad account; empty for the ad account itself
 * @param query the values of each parameter, whether repeated or separated by commas
 * @param body a JSON value; {@link JsonNull} if there is none
 */
public record AdsRequest(String method, List<String> path, Map<String, List<String>> query, Object body) {
    /** Returns the values of a parameter; empty if it is missing. */
    List<String> values(String name) {
        return query.getOrDefault(name, List.of());
    }

    /** Returns the last value of a parameter, or the default. */
    String value(String name, String missing) {
        List<String> values = values(name);
        return values.isEmpty() ? missing : values.get(values.size() - 1);
    }

    /** Returns a segment of the path; empty if the path is shorter. */
    String segment(int index) {
        return index < path.size() ? path.get(index) : "";
    }
}
