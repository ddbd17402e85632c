// SPDX-License-Identifier: Apache-2.0
/** What an operator looks at: each event as Pinterest got it, and why. */
@NullMarked
package dev.epik.demo.inspector;

import org.jspecify.annotations.NullMarked;
