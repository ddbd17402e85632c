// SPDX-License-Identifier: Apache-2.0
/** Private files and lock files. Internal. */
@NullMarked
package dev.epik.capi.file;

import org.jspecify.annotations.NullMarked;
