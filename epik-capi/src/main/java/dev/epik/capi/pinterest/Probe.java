// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Instant;
import java.util.Optional;

/**
 * An answer, and the time at the server that gave it.
 *
 * @param serverTime to the second; empty if the answer has none
 */
public record Probe(Reply reply, Optional<Instant> serverTime) {}
