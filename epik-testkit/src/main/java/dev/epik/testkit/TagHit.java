// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Instant;

/**
 * One request of the browser tag.
 *
 * @param name the event name in the Conversions API's spelling: {@code add_to_cart} for the tag's {@code addtocart}
 * @param id the {@code event_id} in the tag's data; empty if there is none, and then it cannot be deduplicated
 * @param counted whether a report would show it: neither the tag nor the server has sent it before
 */
public record TagHit(String name, String id, Instant receivedAt, boolean counted) {}
