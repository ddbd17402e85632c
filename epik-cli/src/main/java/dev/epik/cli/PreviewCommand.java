// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the events that would be sent. */
@Command(
        name = "preview",
        abbreviateSynopsis = true,
        description = {
            "Prints the events that would be sent, and sends nothing.",
            "Prints one JSON object per event: the event exactly as it would be sent, with warnings; or its errors. The output"
                    + " contains hashed personal data, IP addresses and click ids. Exit code 1: some events are invalid.",
        })
final class PreviewCommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();

    @Mixin
    HelpOption help = new HelpOption();

    @Mixin
    InputOptions inputOptions = new InputOptions();

    @Mixin
    PrivacyOptions privacyOptions = new PrivacyOptions();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "One JSON object per line, or CSV as for \"import\". Default: standard input (-).")
    String file = "-";

    @Override
    public Integer call() throws IOException {
        Privacy privacy = privacyOptions.settings();
        boolean allValid = true;
        try (Rows rows = inputOptions.open(file);
                Writer writer = new StandardOutput()) {
            for (RawEvent event = rows.next(); event != null; event = rows.next()) {
                allValid &= event.isValid();
                write(event, privacy, writer);
                if (rows.wouldBlock()) {
                    writer.flush(); // the writer may be a person who types, or a process that waits for the output
                }
            }
        }
        return allValid ? 0 : 1;
    }

    private static void write(RawEvent raw, Privacy privacy, Writer writer) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(writer).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            json.writeStartObject();
            json.writeBooleanField("ok", raw.isValid());
            if (raw.isValid()) {
                json.writeFieldName("event");
                json.writeRawValue(
                        raw.event().withPrivacy(privacy, Instant.now()).json());
                problems(json, "warnings", raw.problems());
            } else {
                Map<Boolean, List<Problem>> split =
                        raw.problems().stream().collect(Collectors.partitioningBy(Problem::isError));
                problems(json, "errors", split.getOrDefault(true, List.of()));
                problems(
                        json,
                        "warnings",
                        split.getOrDefault(false, List.of())); // a field that was left out may be the cause
            }
            json.writeEndObject();
        }
        writer.write('\n');
    }

    private static void problems(JsonGenerator json, String name, List<Problem> problems) throws IOException {
        json.writeArrayFieldStart(name);
        for (Problem problem : problems) {
            json.writeStartObject();
            json.writeStringField("field", problem.field());
            json.writeStringField("message", problem.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
