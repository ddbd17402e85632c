// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.epik.capi.monitor;

import org.jspecify.annotations.NullMarked;
