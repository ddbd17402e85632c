// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Optional;

/** The type of a JSON value. */
@FunctionalInterface
interface FieldType {
    /** Returns the first violation: path and rule, never the value. */
    Optional<String> violation(String path, Object value);
}
