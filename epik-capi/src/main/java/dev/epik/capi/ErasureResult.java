// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * What an erasure has removed from an outbox. Immutable.
 *
 * @param waiting how many waiting events were removed
 * @param dead how many dead letters were removed
 * @param remembered how many ids of delivered events were forgotten; Pinterest has these events
 * @param beingSent how many events could not be removed, because they are being sent or were until a minute ago. Erase
 *     again after some minutes
 */
public record ErasureResult(int waiting, int dead, int remembered, int beingSent) {}
