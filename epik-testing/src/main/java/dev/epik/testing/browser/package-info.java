// SPDX-License-Identifier: Apache-2.0
/**
 * A real browser for tests. Annotate the class with {@link dev.epik.testing.browser.RequiresChromium} and open
 * {@link dev.epik.testing.browser.Chromium} in it.
 */
@NullMarked
package dev.epik.testing.browser;

import org.jspecify.annotations.NullMarked;
