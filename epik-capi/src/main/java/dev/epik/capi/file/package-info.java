// SPDX-License-Identifier: Apache-2.0
/** Files that hold what is not for everybody's eyes. For this library's own use. */
@NullMarked
package dev.epik.capi.file;

import org.jspecify.annotations.NullMarked;
