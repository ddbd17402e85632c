// SPDX-License-Identifier: Apache-2.0
/**
 * A Pinterest for tests: {@link dev.epik.testkit.FakePinterest} takes conversion events over real HTTP, judges them as the
 * published API does, and misbehaves on demand ({@link dev.epik.testkit.Answer}). What goes wrong between the shop and Pinterest is
 * {@link dev.epik.testkit.FaultProxy}'s.
 *
 * <p>What the API takes is a table, {@code EventSchema}; what it makes of one event is decided in {@code EventJudge}; what
 * counts as the same event in {@code Deduplication}.
 */
@NullMarked
package dev.epik.testkit;

import org.jspecify.annotations.NullMarked;
