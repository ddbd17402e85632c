// SPDX-License-Identifier: Apache-2.0
/** A shop that keeps its click ids: {@link dev.epik.demo.Demo} is what it is made of, {@link dev.epik.demo.DemoListener} opens and closes it. */
@NullMarked
package dev.epik.demo;

import org.jspecify.annotations.NullMarked;
