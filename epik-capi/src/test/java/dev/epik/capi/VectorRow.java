// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One row of a table in {@code vectors/}. Its name in test reports is its rule. */
public record VectorRow(JsonNode json) {
    public static Stream<VectorRow> of(String file, String table) {
        Path path = Path.of(System.getProperty("epik.root", ".."), "vectors", file);
        try {
            JsonNode rows = new ObjectMapper().readTree(path.toFile()).path(table);
            return StreamSupport.stream(rows.spliterator(), false).map(VectorRow::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return json.path("field").asText() + ": " + json.path("rule").asText();
    }
}
