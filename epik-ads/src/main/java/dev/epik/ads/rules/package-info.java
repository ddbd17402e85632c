// SPDX-License-Identifier: Apache-2.0
/**
 * The rules of Pinterest, checked before the call, and the bodies of requests. Pure functions of fields under
 * Pinterest's names. Not exported.
 */
@NullMarked
package dev.epik.ads.rules;

import org.jspecify.annotations.NullMarked;
