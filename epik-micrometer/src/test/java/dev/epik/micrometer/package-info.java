// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.epik.micrometer;

import org.jspecify.annotations.NullMarked;
