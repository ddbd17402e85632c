// SPDX-License-Identifier: Apache-2.0
/** The shop that visitors see: pages, consent banner, checkout. */
@NullMarked
package dev.epik.demo.shop;

import org.jspecify.annotations.NullMarked;
