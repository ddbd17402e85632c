// SPDX-License-Identifier: Apache-2.0
/**
 * A fake Pinterest for tests. {@link dev.epik.testkit.FakePinterest} receives conversion events over real HTTP,
 * validates them as the published API does, and fails on demand ({@link dev.epik.testkit.FakeResponse}).
 * {@link dev.epik.testkit.FaultProxy} injects network faults between the application and the fake.
 *
 * <p>{@code EventSchema} holds the schema of a request, {@code EventValidator} the rules for the values of an event,
 * and {@code Deduplication} the rule by which events count once.
 */
@NullMarked
package dev.epik.testkit;

import org.jspecify.annotations.NullMarked;
