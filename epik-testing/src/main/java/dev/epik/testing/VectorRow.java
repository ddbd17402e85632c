// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A row of a table in {@code vectors/}. Its name in test reports is its rule. */
public record VectorRow(JsonNode json) {
    /** Returns all rows of a table. */
    public static Stream<VectorRow> of(String file, String table) {
        Path path = Path.of(System.getProperty("epik.root", ".."), "vectors", file);
        try {
            JsonNode rows = new ObjectMapper().readTree(path.toFile()).path(table);
            return StreamSupport.stream(rows.spliterator(), false).map(VectorRow::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the rows of a table that apply to a browser. */
    public static Stream<VectorRow> ofBrowser(String file, String table) {
        return of(file, table).filter(row -> !row.json.path("only").asText().equals("server"));
    }

    /** Returns a field, followed by the text that the row repeats. */
    public String text(String field) {
        return json.path(field).asText()
                + repeat("text")
                + json.at("/repeat/end").asText();
    }

    /** Returns a field, or null. The value "repeat" stands for the text that the row repeats, decoded. */
    public @Nullable String orNull(String field) {
        String value = json.path(field).textValue();
        return "repeat".equals(value) ? repeat(json.at("/repeat/decoded").isMissingNode() ? "text" : "decoded") : value;
    }

    private String repeat(String what) {
        JsonNode repeat = json.path("repeat");
        return repeat.path(what).asText().repeat(repeat.path("times").asInt());
    }

    @Override
    public String toString() {
        String field = json.path("field").asText();
        return (field.isEmpty() ? "" : field + ": ") + json.path("rule").asText();
    }
}
