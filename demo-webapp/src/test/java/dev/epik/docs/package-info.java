// SPDX-License-Identifier: Apache-2.0
/** README's code that needs the filter and the client together. */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
