// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

/** Receives what the rules find. A message names the rule and the cure, never the value. */
public interface ProblemReporter {
    /** Reports why the event cannot be sent. */
    void error(String field, String message);

    /** Reports that a field is left out, or that a match is less likely. */
    void warning(String field, String message);
}
