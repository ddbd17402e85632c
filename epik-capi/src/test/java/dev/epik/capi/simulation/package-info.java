// SPDX-License-Identifier: Apache-2.0
/**
 * A deterministic simulation of delivery: engines on several machines, a shared store, token sources and Pinterest, on
 * simulated time. A seed decides everything that is random, so a seed replays the same steps in any JVM.
 */
@NullMarked
package dev.epik.capi.simulation;

import org.jspecify.annotations.NullMarked;
