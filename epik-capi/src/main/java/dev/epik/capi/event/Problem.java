// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

/**
 * What is wrong with a field, and the cure.
 *
 * @param field as the method that sets it is called, such as {@code email}
 * @param message the rule and the cure; never the value
 */
public record Problem(String field, String message) {
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
