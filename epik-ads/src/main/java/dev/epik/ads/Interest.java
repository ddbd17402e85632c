// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

/**
 * One of Pinterest's interests. Immutable.
 *
 * @param id the id that targeting takes
 * @param name the name as Pinterest writes it
 */
public record Interest(String id, String name) {}
