// SPDX-License-Identifier: Apache-2.0
/**
 * Sales brought to a server, by us and by the peers: each way in a process of its own, by turns, to a stub that counts.
 */
@NullMarked
package dev.epik.bench.delivery;

import org.jspecify.annotations.NullMarked;
