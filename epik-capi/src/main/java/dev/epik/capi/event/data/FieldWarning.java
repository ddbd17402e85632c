// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

/**
 * A warning of a customer, an app or a device, found before there is an event.
 *
 * @param message the rule and the cure; never the value
 */
public record FieldWarning(String field, String message) {}
