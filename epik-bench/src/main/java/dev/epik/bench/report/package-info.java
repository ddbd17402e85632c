// SPDX-License-Identifier: Apache-2.0
/** Writes the figures as a table, a document and a chart. */
@NullMarked
package dev.epik.bench.report;

import org.jspecify.annotations.NullMarked;
