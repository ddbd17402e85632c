// SPDX-License-Identifier: Apache-2.0
/** A small shop as a WAR, for {@link dev.epik.capi.servlet.ShopWar}. It sees nothing of the tests' own classes. */
@NullMarked
package dev.epik.capi.servlet.shop;

import org.jspecify.annotations.NullMarked;
