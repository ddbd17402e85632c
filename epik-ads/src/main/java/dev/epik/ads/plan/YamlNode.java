// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;

/** A value of a YAML file, with the line where it begins. All scalars are text, so that amounts keep their digits. */
sealed interface YamlNode {
    /** Returns the line, from 1. */
    int line();

    /** Text, or a word without quotes such as {@code true} or {@code 25.00}. */
    record Scalar(String text, boolean isPlain, int line) implements YamlNode {
        boolean isNull() {
            return isPlain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    /** Keys with values, in the order of the file. A key can be there twice. */
    record Mapping(List<Entry> entries, int line) implements YamlNode {}

    /** A key with its value. */
    record Entry(String key, int line, YamlNode value) {}
}
