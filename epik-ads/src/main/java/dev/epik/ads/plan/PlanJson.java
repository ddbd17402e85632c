// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a plan as JSON values. Pure functions. */
final class PlanJson {
    static final long VERSION = 1;
    static final Duration LIFETIME = Duration.ofHours(24);

    private PlanJson() {}

    static Map<String, @Nullable Object> of(Plan plan) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("version", VERSION);
        json.put("ad_account", plan.account().id());
        json.put("currency", plan.account().currency());
        json.put("created", plan.time().toString());
        json.put("expires", plan.time().plus(LIFETIME).toString());
        json.put("daily_spend_before", plan.dailySpendBefore().amount().toPlainString());
        json.put("daily_spend_after", plan.dailySpendAfter().amount().toPlainString());
        json.put("actions", plan.actions().stream().map(PlanJson::of).toList());
        json.put("warnings", plan.warnings());
        json.put("refusals", plan.refusals());
        json.put("adopt", plan.options().adopts());
        json.put("overwrite_drift", plan.options().overwritesDrift());
        json.put("fingerprint", plan.fingerprint());
        json.put("read", plan.read().hashes());
        json.put("file", plan.file().path().toAbsolutePath().toString());
        json.put("text", plan.file().text());
        return json;
    }

    private static Map<String, @Nullable Object> of(PlanAction action) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("action", action.type().name());
        json.put("kind", action.kind().name());
        json.put("id", action.id().isEmpty() ? null : action.id());
        json.put("name", action.name());
        json.put("changes", action.changes().stream().map(PlanJson::of).toList());
        return json;
    }

    private static Map<String, @Nullable Object> of(FieldChange change) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("field", change.field());
        json.put("before", change.before());
        json.put("after", change.after());
        change.lastApplied().ifPresent(last -> json.put("last_applied", last));
        return json;
    }
}
