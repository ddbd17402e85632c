// SPDX-License-Identifier: Apache-2.0
/** Opens clients and outboxes, and tries again until they can be opened. Internal. */
@NullMarked
package dev.epik.capi.opening;

import org.jspecify.annotations.NullMarked;
