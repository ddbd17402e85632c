// SPDX-License-Identifier: Apache-2.0
/** What the scripts weigh. */
@NullMarked
package dev.epik.bench.script;

import org.jspecify.annotations.NullMarked;
