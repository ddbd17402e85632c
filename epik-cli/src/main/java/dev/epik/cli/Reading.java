// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** How a file of raw events is read. */
final class Reading {
    private static final Map<String, String> OFFLINE = Map.of("action_source", "offline");

    @Option(names = "--charset", paramLabel = "NAME", description = "The file's encoding. Default: UTF-8.")
    String charset = "UTF-8";

    @Option(
            names = "--ignore-columns",
            paramLabel = "A,B",
            split = ",",
            hideParamSyntax = true,
            description = "CSV columns to leave out. All others must be known.")
    List<String> ignoredColumns = List.of();

    /** Opens offline conversions: CSV, or one JSON object a line. */
    Rows openOffline(String file) throws IOException {
        return open(file, OFFLINE);
    }

    /** Opens raw events: one JSON object a line; or CSV, as an import would read it. */
    Rows open(String file) throws IOException {
        return open(file, Map.of());
    }

    private Rows open(String file, Map<String, String> jsonDefaults) throws IOException {
        Rows.Format format = new Rows.Format(charset(), Set.copyOf(ignoredColumns), OFFLINE, jsonDefaults);
        return Rows.open(Input.open(file), file, format);
    }

    private Charset charset() {
        try {
            return Charset.forName(charset.strip());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new WrongUsage("--charset is no encoding that Java knows; UTF-8 and windows-1252 are usual");
        }
    }
}
