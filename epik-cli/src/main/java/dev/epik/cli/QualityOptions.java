// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.cli.doctor.Answer;
import dev.epik.cli.doctor.EventQuality;
import dev.epik.cli.doctor.Finding;
import dev.epik.cli.doctor.OwnCoverage;
import dev.epik.cli.doctor.QualityDiagnosis;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that show Pinterest's event quality scores beside the coverage of the application's events. */
final class QualityOptions {
    private static final String CHECK = "quality";

    /** The path of the scores. The longer of the two published periods; all sources and platforms. */
    private static final String SCORES = "/conversion_eqs?lookback_period=14d";

    @Option(names = "--quality", description = "Show the event quality at Pinterest beside yours.")
    boolean isRequested;

    @Option(names = "--metrics", paramLabel = "PAGE", description = "For --quality: your Prometheus page, URL or file.")
    @Nullable
    String metrics;

    private List<EventQuality> scores = List.of();
    private Optional<OwnCoverage> own = Optional.empty();

    /** Returns whether one of the options was given. */
    boolean isOn() {
        return isRequested || metrics != null;
    }

    /** Reads the scores. */
    List<Finding> check(AccountReader reader) throws InterruptedException {
        Answer answer = reader.read(SCORES);
        scores = QualityDiagnosis.scores(answer);
        return QualityDiagnosis.of(answer);
    }

    /** Reads a list of the ad account. */
    @FunctionalInterface
    interface AccountReader {
        Answer read(String path) throws InterruptedException;
    }

    /** Reads our own coverage from the meters or, without them, takes that of a file. */
    List<Finding> checkOwn(PinterestReads reads, Optional<OwnCoverage> ofFile) throws InterruptedException {
        own = ofFile;
        if (metrics == null) {
            return List.of();
        }
        try {
            String text = page(reads, metrics);
            own = OwnCoverage.ofMetrics(text.lines().toList());
        } catch (IOException | IllegalArgumentException e) {
            return List.of(Finding.fail(CHECK, "the meters cannot be read: check the URL or the path of --metrics"));
        }
        return own.isPresent()
                ? List.of()
                : List.of(Finding.fail(
                        CHECK,
                        "the meters have no stored events: --metrics needs epik_events_total and"
                                + " epik_match_keys_total of an application that has stored an event"));
    }

    private static String page(PinterestReads reads, String place) throws IOException, InterruptedException {
        if (!place.matches("https?://.*")) {
            return Files.readString(Path.of(place), StandardCharsets.UTF_8);
        }
        Answer answer = reads.page(URI.create(place));
        if (answer.status() != 200) {
            throw new IOException("no page");
        }
        return answer.body();
    }

    /** Prints the table, if there are scores. */
    void print(PrintWriter out) {
        if (!scores.isEmpty()) {
            QualityDiagnosis.table(scores, own).forEach(out::println);
        }
    }

    /** Writes the scores and our own coverage. */
    void write(JsonGenerator json) throws IOException {
        JsonOutput.array(json, "quality", scores, (each, score) -> {
            each.writeStringField("ingestion_source", score.source());
            each.writeStringField("source_platform", score.platform());
            each.writeStringField("lookback_period", score.lookback());
            each.writeStringField("overall_status", score.status());
            JsonOutput.array(each, "coverage", score.coverages(), (row, coverage) -> {
                row.writeStringField("component", coverage.component());
                row.writeStringField("event", coverage.event());
                row.writeStringField("percent", coverage.percent());
                row.writeStringField(
                        "own_percent",
                        own.flatMap(ours -> ours.percent(coverage.component())).orElse(""));
            });
        });
        List<Map.Entry<String, String>> keys =
                new ArrayList<>(own.map(OwnCoverage::percents).orElse(Map.of()).entrySet());
        JsonOutput.array(json, "own_coverage", keys, (each, key) -> {
            each.writeStringField("key", key.getKey());
            each.writeStringField("percent", key.getValue());
        });
        json.writeNumberField("own_events", own.map(OwnCoverage::events).orElse(0L));
    }
}
