// SPDX-License-Identifier: Apache-2.0
/** The sources of the snippets in docs/operations.md. */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
