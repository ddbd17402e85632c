// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/**
 * The contract of every outbox. The test of a store is a small subclass. Each superclass has one topic:
 * {@link EventStoreContract}, {@link ClaimContract}, {@link PeekContract}, {@link PauseContract},
 * {@link CancelContract}, {@link StoringContract}, {@link SettlingContract}, {@link BooksContract},
 * {@link DeadLetterContract} and {@link SearchContract}. A store that is no outbox keeps the first of them, and an
 * outbox whose events another store keeps those up to {@link DeliveryContract}.
 */
abstract class OutboxContract extends SearchContract {}
