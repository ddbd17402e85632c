// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.Paging;
import dev.epik.ads.http.WriteOutcome;
import dev.epik.ads.http.WriteReading;
import dev.epik.ads.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The audiences of an ad account. Thread-safe. It lives as long as its {@link AdsClient}.
 *
 * <p>Reads throw {@link AdsException} if Pinterest cannot be read after some tries. Writes return a
 * {@link WriteResult}. Nothing but {@link #delete} deletes an audience.
 *
 * <p><b>In a crash</b> an audience may have been created although its answer was lost: {@link #findByName} finds it.
 */
public final class AudienceClient {
    private static final String KIND = "audiences";

    private final AdsContext context;

    AudienceClient(AdsContext context) {
        this.context = context;
    }

    /** Returns the audience with an id; empty if there is none. */
    public Optional<Audience> find(String id) {
        return context.calls().read(path(id)).map(this::audience);
    }

    /** Returns the audiences that the ad account owns. The stream reads page by page. */
    public Stream<Audience> list() {
        return Paging.of(context.calls(), context.path("/audiences?ownership_type=OWNED"))
                .map(this::audience);
    }

    /** Returns all of a name: what to look at after {@link WriteResult.Unknown}. */
    public List<Audience> findByName(String name) {
        Objects.requireNonNull(name, "name");
        try (Stream<Audience> all = list()) {
            return all.filter(audience -> audience.name().equals(name)).toList();
        }
    }

    /**
     * Creates an audience. This spends nothing.
     *
     * @return rejected without a call if the spec is only a change
     */
    public WriteResult<Audience> create(AudienceSpec spec) {
        if (!spec.fields().containsKey("audience_type")) {
            return WriteResults.refused("A change cannot be created: begin with visitors, customerList or actalike");
        }
        return send("", "POST", context.path("/audiences"), spec.fields());
    }

    /**
     * Changes the name and the description that the spec has set, and nothing else.
     *
     * @return rejected without a call if it changes nothing, or the spec is a new audience
     */
    public WriteResult<Audience> update(String id, AudienceSpec change) {
        if (change.fields().isEmpty()) {
            return WriteResults.refused("The change is empty: set a name or a description");
        }
        if (change.fields().containsKey("audience_type")) {
            return WriteResults.refused("Only name and description can be changed: begin with AudienceSpec.change()");
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>(change.fields());
        body.put("operation_type", "UPDATE");
        return send(id, "PATCH", path(id), body);
    }

    /**
     * Deletes an audience. Ad groups that include it are shown to fewer people then, and ad groups that exclude it to
     * more.
     *
     * @return the audience as it was
     */
    public WriteResult<Audience> delete(String id) {
        return send(id, "PATCH", path(id), Map.of("operation_type", "REMOVE"));
    }

    private WriteResult<Audience> send(String id, String method, String path, Map<String, ?> body) {
        context.writing().lock();
        try {
            context.journal().sending(KIND, id, null, body);
            WriteOutcome outcome = WriteReading.ofObject(context.calls().write(method, path, body));
            WriteResult<Audience> result = outcome instanceof WriteOutcome.Written written
                    ? new WriteResult.Applied<>(audience(written.data()), differences(body, written.data()))
                    : WriteResults.notWritten(outcome, "look for it by its name");
            context.journal().result(KIND, id, result);
            return result;
        } finally {
            context.writing().unlock();
        }
    }

    private static List<String> differences(Map<String, ?> body, Fields now) {
        List<String> differences = new ArrayList<>();
        for (String field : List.of("name", "description")) {
            Object sent = body.get(field);
            if (sent != null && now.has(field) && !sent.equals(now.json().get(field))) {
                differences.add(field + " is " + now.json().get(field) + ", sent was " + sent);
            }
        }
        return differences;
    }

    private String path(String id) {
        return context.path("/audiences/" + EntityClient.checkedId(id));
    }

    private Audience audience(Fields fields) {
        return new Audience(fields, context.account().currency());
    }
}
