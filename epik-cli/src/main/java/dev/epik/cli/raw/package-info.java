// SPDX-License-Identifier: Apache-2.0
/**
 * Events in the raw format of the command line: {@link dev.epik.cli.raw.Rows} reads a file of JSON lines or CSV, and
 * {@link dev.epik.cli.raw.RawEvent} converts each row to an event.
 */
@NullMarked
package dev.epik.cli.raw;

import org.jspecify.annotations.NullMarked;
