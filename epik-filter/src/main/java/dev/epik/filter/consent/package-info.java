// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the cookies of consent platforms. Pure functions of the {@code Cookie} header, one file for each platform.
 *
 * <p>{@code ConsentPlatforms} is the registry. {@code vectors/consent.json} has the cookies that each platform writes
 * and what they answer; {@code epik.consent.js} is tested with the same rows. Not exported.
 */
@NullMarked
package dev.epik.filter.consent;

import org.jspecify.annotations.NullMarked;
