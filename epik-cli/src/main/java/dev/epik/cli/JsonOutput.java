// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import picocli.CommandLine.Option;

/** The option {@code --json}: the command prints its figures as one JSON object on standard output. */
final class JsonOutput {
    private static final JsonFactory JSON = new JsonFactory();

    @Option(names = "--json", description = "Print the figures as JSON on standard output.")
    boolean isOn;

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** Prints an object in one line. */
    static void print(Fields fields) {
        try (Writer out = new StandardOutput();
                JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an array of objects. */
    static <T> void array(JsonGenerator json, String name, Iterable<T> elements, Element<T> fields) throws IOException {
        json.writeArrayFieldStart(name);
        for (T element : elements) {
            json.writeStartObject();
            fields.write(json, element);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes an array of texts. */
    static void texts(JsonGenerator json, String name, Iterable<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /** Writes the fields of an object in an array. */
    @FunctionalInterface
    interface Element<T> {
        void write(JsonGenerator json, T element) throws IOException;
    }
}
