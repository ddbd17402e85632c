// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.epik.bench.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The contents of the result file.
 *
 * @param isShort whether it is of a short run, which checks answers and whose times mean nothing
 * @param dates the date of each bench, by its name, because a bench can be run again alone
 */
public record Results(boolean isShort, Machine machine, Map<String, String> dates, List<Measured> measured) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public Results {
        dates = new TreeMap<>(dates);
        measured = List.copyOf(measured);
    }

    public static Results none(boolean isShort, Machine machine) {
        return new Results(isShort, machine, Map.of(), List.of());
    }

    /** Returns results in which these replace all earlier ones of the same benches. */
    public Results with(List<Measured> newer, String date) {
        Set<String> benches = newer.stream().map(Measured::bench).collect(Collectors.toSet());
        Map<String, String> allDates = new TreeMap<>(dates);
        benches.forEach(bench -> allDates.put(bench, date));
        Stream<Measured> kept = measured.stream().filter(earlier -> !benches.contains(earlier.bench()));
        return new Results(
                isShort, machine, allDates, Stream.concat(kept, newer.stream()).toList());
    }

    public static Results read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Results.class);
    }

    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        JSON.writeValue(file.toFile(), this);
    }
}
