// SPDX-License-Identifier: Apache-2.0
/** Events as shops write them: {@link dev.epik.cli.raw.Lines} reads lines, {@link dev.epik.cli.raw.RawEvent} makes events of them. */
@NullMarked
package dev.epik.cli.raw;

import org.jspecify.annotations.NullMarked;
