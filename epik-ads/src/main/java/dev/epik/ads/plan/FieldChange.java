// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.Optional;

/**
 * A field that a plan changes. The values are text for people. Immutable.
 *
 * @param field the name in the plan file
 * @param before the value at Pinterest; empty text if there is none
 * @param after the value that is wanted
 * @param lastApplied the value that was applied last, if it is another than the one at Pinterest
 */
public record FieldChange(String field, String before, String after, Optional<String> lastApplied) {}
