// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/**
 * The contract of every outbox. The test of a store is a small subclass. Each superclass has one topic:
 * {@link BooksContract}, {@link ClaimContract}, {@link StoringContract}, {@link SettlingContract},
 * {@link PeekContract}, {@link PauseContract}, {@link DeadLetterContract}, {@link CancelContract} and
 * {@link SearchContract}.
 */
abstract class OutboxContract extends SearchContract {}
