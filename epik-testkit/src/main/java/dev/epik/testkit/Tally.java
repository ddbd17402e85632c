// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

/**
 * What Pinterest has of one event, by name and id: "2 received, 1 counted".
 *
 * @param fromServer how often the Conversions API took it
 * @param fromTag how often the browser tag told of it
 * @param counted how often a report would show it
 */
public record Tally(int fromServer, int fromTag, int counted) {
    public int received() {
        return fromServer + fromTag;
    }
}
