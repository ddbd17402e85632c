// SPDX-License-Identifier: Apache-2.0
/**
 * The code of this library that is written for speed. It is all here, so that the other packages can be plain code.
 *
 * <ul>
 *   <li>{@link dev.epik.capi.fast.HashInput} normalises one value of a customer in place and hashes it.
 *   <li>{@link dev.epik.capi.fast.JsonWriter} writes one event as a JSON object.
 *   <li>{@code BufferPool} keeps the buffers of both for the next event.
 * </ul>
 *
 * <p><b>What it spares.</b> {@code EventJsonBench} of epik-bench measures one sale from raw data to JSON, in CPU time.
 * Without {@code HashInput} (strings of the JDK instead) it takes 1.28 times as long, without {@code JsonWriter}
 * (Jackson's generator instead) 1.24 times, without both 1.69 times. Below 1.5 times without both, this package would
 * be replaced by the plain code that the bench compares it with.
 *
 * <p><b>Invariants.</b> A buffer belongs to one thread between borrowing and returning. It is wiped before it is
 * returned, because it held personal data. A buffer that grew large is dropped instead. If an exception comes between
 * the two, the buffer is left to the garbage collector. This package knows no event and no other package of this
 * library.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.fast;

import org.jspecify.annotations.NullMarked;
