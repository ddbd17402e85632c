// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the tables of {@code vectors}. */
final class Vectors {
    private Vectors() {}

    record QueryRow(String rule, String query, @Nullable String clickId, String refused) {
        @Override
        public String toString() {
            return rule;
        }
    }

    record Row(String rule, JsonNode json) {
        String text(String field) {
            return json.path(field).asText();
        }

        @Nullable
        String orNull(String field) {
            return json.path(field).isNull() ? null : text(field);
        }

        @Override
        public String toString() {
            return rule;
        }
    }

    static Stream<QueryRow> query() {
        return rows("query").map(row -> {
            JsonNode repeat = row.json().path("repeat");
            int times = repeat.path("times").asInt();
            String text = repeat.path("text").asText();
            String clickId = row.orNull("clickId");
            return new QueryRow(
                    row.rule(),
                    row.text("query") + text.repeat(times),
                    "repeat".equals(clickId)
                            ? repeat.path("decoded").asText(text).repeat(times)
                            : clickId,
                    row.text("refused"));
        });
    }

    static Stream<Row> rows(String table) {
        return rows("capture.json", table);
    }

    static Stream<Row> rows(String name, String table) {
        Path file = Path.of(System.getProperty("epik.root", ".."), "vectors", name);
        try {
            JsonNode rows = new ObjectMapper().readTree(file.toFile()).path(table);
            return StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> new Row(row.path("rule").asText(), row));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
