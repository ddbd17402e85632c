// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.epik.filter.consent;

import org.jspecify.annotations.NullMarked;
