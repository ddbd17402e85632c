// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creates customer lists, and adds records to them or removes records from them. */
final class CustomerListWrites {
    private final AdsStore store;
    private volatile int maxRecords = 10_000;

    CustomerListWrites(AdsStore store) {
        this.store = store;
    }

    void maxRecords(int max) {
        this.maxRecords = max;
    }

    AdsReply create(AdsRequest request) {
        Entity sent = Entity.of(request.body());
        String listType = sent.has("list_type") ? sent.text("list_type") : "EMAIL";
        Optional<AdsReply> refused = refusal(CustomerListChecks.CREATE, request, listType);
        if (refused.isPresent()) {
            return refused.get();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", sent.text("name"));
        fields.put("list_type", listType);
        fields.put("is_nca", sent.flag("is_nca"));
        return changed(store.add(EntityKind.CUSTOMER_LIST, fields), sent, listType, true);
    }

    AdsReply update(AdsRequest request) {
        String id = request.segment(1);
        Optional<Entity> list = store.find(EntityKind.CUSTOMER_LIST, id);
        if (list.isEmpty()) {
            return AdsReply.error(404, ApiError.notFound(EntityKind.CUSTOMER_LIST.title, id));
        }
        String listType = list.get().text("list_type");
        Optional<AdsReply> refused = refusal(CustomerListChecks.UPDATE, request, listType);
        if (refused.isPresent()) {
            return refused.get();
        }
        Entity sent = Entity.of(request.body());
        return changed(id, sent, listType, sent.text("operation_type").equals("ADD"));
    }

    private Optional<AdsReply> refusal(Shape shape, AdsRequest request, String listType) {
        return shape.violation("", request.body())
                .map(AdsReply::badRequest)
                .or(() -> CustomerListChecks.violation(Entity.of(request.body()), listType, maxRecords)
                        .map(error -> AdsReply.error(400, error)));
    }

    /** Applies records. The counters also grow by records that change nothing, as published. */
    private AdsReply changed(String id, Entity sent, String listType, boolean add) {
        List<Map<String, String>> records = CustomerListChecks.rows(sent, listType);
        Set<Map<String, String>> rows = store.rows(id);
        if (add) {
            rows.addAll(records);
        } else {
            remove(rows, new HashSet<>(records));
        }
        Entity list = store.find(EntityKind.CUSTOMER_LIST, id).orElseThrow();
        String counter = add ? "num_uploaded_user_records" : "num_removed_user_records";
        store.put(
                EntityKind.CUSTOMER_LIST,
                list.with(Map.of(
                        counter,
                        list.number(counter) + records.size(),
                        "num_batches",
                        list.number("num_batches") + 1)));
        return AdsReply.ok(
                store.find(EntityKind.CUSTOMER_LIST, id).orElseThrow().fields());
    }

    /** Removes the rows that are equal to a removed one, or that have the only field of a removed one. */
    private static void remove(Set<Map<String, String>> rows, Set<Map<String, String>> removed) {
        rows.removeIf(row -> removed.contains(row)
                || row.entrySet().stream()
                        .anyMatch(field -> removed.contains(Map.of(field.getKey(), field.getValue()))));
    }
}
