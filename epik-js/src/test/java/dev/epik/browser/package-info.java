// SPDX-License-Identifier: Apache-2.0
/**
 * A real browser for tests. Annotate the class with {@link dev.epik.browser.RequiresChromium} and open
 * {@link dev.epik.browser.Chromium} in it.
 */
@NullMarked
package dev.epik.browser;

import org.jspecify.annotations.NullMarked;
