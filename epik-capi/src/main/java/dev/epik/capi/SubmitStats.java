// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * How many events were submitted to a client since the start of this process, by result. Immutable.
 *
 * @param stored events that are in the outbox and will be sent
 * @param alreadyStored events that were stored before, under the same name and id, dead letters included
 * @param alreadyDead those of {@code alreadyStored} that are dead letters, and are not sent until a redrive
 * @param refused events that Pinterest would refuse
 * @param notSent events without consent
 * @param notStored events that could not be stored; see the log
 */
public record SubmitStats(
        long stored, long alreadyStored, long alreadyDead, long refused, long notSent, long notStored) {}
