// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An entity as it would be after a change. */
public final class Merged {
    private Merged() {}

    /** Returns the current fields with those of the change in their place. */
    public static Fields of(Fields current, Map<String, ? extends @Nullable Object> change) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(current.json());
        merged.putAll(change);
        return new Fields(merged);
    }
}
