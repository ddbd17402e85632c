// SPDX-License-Identifier: Apache-2.0
/** The inspector: each event as Pinterest received it, and the reasons. */
@NullMarked
package dev.epik.demo.inspector;

import org.jspecify.annotations.NullMarked;
