// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Instant;
import java.util.Optional;

/**
 * A reply with the time at the server. Immutable.
 *
 * @param reply the meaning of the answer
 * @param serverTime the time to the second; empty if the answer has none
 */
public record TimedReply(Reply reply, Optional<Instant> serverTime) {}
