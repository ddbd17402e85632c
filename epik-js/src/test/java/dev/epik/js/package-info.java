// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.epik.js;

import org.jspecify.annotations.NullMarked;
