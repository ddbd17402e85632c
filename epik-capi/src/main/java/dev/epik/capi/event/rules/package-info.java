// SPDX-License-Identifier: Apache-2.0
/**
 * Decides what is wrong with an event: {@code EventRules} calls the others. An error means that Pinterest would refuse
 * the event or count it wrongly, a warning that a field is left out or that a match is less likely. Not exported.
 */
@NullMarked
package dev.epik.capi.event.rules;

import org.jspecify.annotations.NullMarked;
