// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.PlannedWrite;
import dev.epik.ads.rules.Violation;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The differences between campaigns, ad groups and ads. The implementations read what decides about a write, and leave
 * the decision to pure functions.
 */
abstract class EntityKind<E extends AdsEntity, S extends AdsSpec<S>> {
    /** Returns the last part of the path, such as {@code campaigns}; also the word of the journal. */
    abstract String path();

    abstract E read(Fields fields);

    /**
     * A write, ready to be decided and sent.
     *
     * @param current the entity as it is; empty if it is created
     * @param campaignId the campaign to whose budget it belongs; empty text if there is none yet
     */
    record Write(PlannedWrite planned, Optional<Fields> current, String campaignId) {
        /** Returns the id of the entity; empty text if it is created. */
        String id() {
            return current.flatMap(fields -> fields.text("id")).orElse("");
        }

        Map<String, @Nullable Object> body() {
            return planned.body();
        }

        List<Violation> violations() {
            return planned.violations();
        }

        SpendChange spend() {
            return planned.spend();
        }
    }

    /** Returns the change that pauses an entity. */
    abstract S pausing();

    /** Returns the creation of an entity. Reads what decides about it. */
    abstract Write create(S spec, Instant now);

    /** Returns the change of an entity that was read. */
    abstract Write change(Fields current, S spec, Instant now);
}
