// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what would be sent. */
@Command(
        name = "preview",
        abbreviateSynopsis = true,
        description = {
            "Shows what would be sent, and sends nothing.",
            "Prints one line for each event: the event exactly as it would be sent, with warnings; or what is wrong with it."
                    + " The output holds hashed personal data, IP addresses and click ids. Exit code 1: some were refused.",
        })
final class PreviewCommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();

    @Mixin
    Help help = new Help();

    @Mixin
    Reading reading = new Reading();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "One JSON object a line, or CSV as \"import\" reads it. Default: standard input (-).")
    String file = "-";

    @Override
    public Integer call() throws IOException {
        boolean allGood = true;
        try (Rows rows = reading.open(file);
                Writer writer = new Output()) {
            for (RawEvent event = rows.next(); event != null; event = rows.next()) {
                allGood &= event.isGood();
                write(event, writer);
                if (rows.wouldBlock()) {
                    writer.flush(); // somebody types, or waits for the answer
                }
            }
        }
        return allGood ? 0 : 1;
    }

    private static void write(RawEvent raw, Writer writer) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(writer).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            json.writeStartObject();
            json.writeBooleanField("ok", raw.isGood());
            if (raw.isGood()) {
                json.writeFieldName("event");
                json.writeRawValue(raw.event().json());
                problems(json, "warnings", raw.problems());
            } else {
                Map<Boolean, List<Problem>> split =
                        raw.problems().stream().collect(Collectors.partitioningBy(Problem::isError));
                problems(json, "errors", split.getOrDefault(true, List.of()));
                problems(json, "warnings", split.getOrDefault(false, List.of())); // what was left out may be the cause
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
