// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Instant;

/**
 * One call of the browser tag.
 *
 * @param name as the Conversions API spells it: {@code add_to_cart} for the tag's {@code addtocart}
 * @param id the {@code event_id} among the tag's data; empty where there is none, and then nothing can be paired with it
 * @param counted whether a report would show it: not known already from the tag or from the server
 */
public record TagHit(String name, String id, Instant receivedAt, boolean counted) {}
