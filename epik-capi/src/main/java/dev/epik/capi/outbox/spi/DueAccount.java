// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * An ad account for which events wait, as {@link Outbox#dueAccounts()} lists it. Times are the store's own.
 *
 * @param readyAt when the first event that is no suspect can be claimed, or could be since; a leased event counts when
 *     its lease ends; empty if only suspects wait
 * @param suspectAt when the first suspect can be claimed; empty if no suspect waits
 * @param now the store's time of this answer
 * @param pause present while nothing may be sent for the ad account
 */
public record DueAccount(
        String adAccount,
        Optional<Instant> readyAt,
        Optional<Instant> suspectAt,
        Instant now,
        Optional<Peek.Pause> pause) {}
