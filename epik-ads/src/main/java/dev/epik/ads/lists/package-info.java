// SPDX-License-Identifier: Apache-2.0
/**
 * Customer lists: rows are sealed, sorted, compared with what was sent before, and sent in chunks. Not exported.
 *
 * <p>Only {@code CsvReader} and {@code RowHasher} see raw values. Files have sealed rows only.
 */
@NullMarked
package dev.epik.ads.lists;

import org.jspecify.annotations.NullMarked;
