// SPDX-License-Identifier: Apache-2.0
/** A real browser for tests: {@link dev.epik.browser.RequiresChromium} on the class, {@link dev.epik.browser.Chromium} in it. */
@NullMarked
package dev.epik.browser;

import org.jspecify.annotations.NullMarked;
