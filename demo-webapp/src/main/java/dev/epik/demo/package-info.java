// SPDX-License-Identifier: Apache-2.0
/** A demo shop. {@link dev.epik.demo.Demo} holds its parts; {@link dev.epik.demo.DemoListener} opens and closes it. */
@NullMarked
package dev.epik.demo;

import org.jspecify.annotations.NullMarked;
