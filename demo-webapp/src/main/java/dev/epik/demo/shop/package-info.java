// SPDX-License-Identifier: Apache-2.0
/** What a visitor meets: pages, consent banner, checkout. */
@NullMarked
package dev.epik.demo.shop;

import org.jspecify.annotations.NullMarked;
