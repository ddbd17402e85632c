// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Instant;
import java.util.Optional;

/**
 * An answer, and the clock of whoever gave it.
 *
 * @param serverTime to the second; empty where the answer does not say
 */
public record Probe(Reply reply, Optional<Instant> serverTime) {}
