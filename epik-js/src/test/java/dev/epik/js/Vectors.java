// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code vectors} that apply to a browser. */
final class Vectors {
    private Vectors() {}

    record Row(JsonNode json) {
        /** Returns a field, followed by the text that the row repeats. */
        String text(String field) {
            return json.path(field).asText()
                    + repeat("text")
                    + json.at("/repeat/end").asText();
        }

        @Nullable
        String orNull(String field) {
            String value = json.path(field).textValue();
            return "repeat".equals(value)
                    ? repeat(json.at("/repeat/decoded").isMissingNode() ? "text" : "decoded")
                    : value;
        }

        private String repeat(String what) {
            JsonNode repeat = json.path("repeat");
            return repeat.path(what).asText().repeat(repeat.path("times").asInt());
        }

        @Override
        public String toString() {
            return json.path("rule").asText();
        }
    }

    static Stream<Row> rows(String table) {
        return rows("capture.json", table);
    }

    static Stream<Row> rows(String name, String table) {
        Path file = Path.of(System.getProperty("epik.root", ".."), "vectors", name);
        try {
            JsonNode rows = new ObjectMapper().readTree(file.toFile()).path(table);
            return StreamSupport.stream(rows.spliterator(), false)
                    .filter(row -> !row.path("only").asText().equals("server"))
                    .map(Row::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
