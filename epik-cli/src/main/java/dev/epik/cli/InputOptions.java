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

/** Options for reading a file of raw events. */
final class InputOptions {
    private static final Map<String, String> OFFLINE = Map.of("action_source", "offline");

    @Option(names = "--charset", paramLabel = "NAME", description = "The file's encoding. Default: UTF-8.")
    String charset = "UTF-8";

    @Option(
            names = "--ignore-columns",
            paramLabel = "A,B",
            split = ",",
            hideParamSyntax = true,
            description = "CSV columns to ignore. The others must be known.")
    List<String> ignoredColumns = List.of();

    @Option(
            names = "--advertiser-events",
            paramLabel = "A",
            split = ",",
            hideParamSyntax = true,
            description = "Your advertiser-defined events, such as A,B.")
    List<String> advertiserEvents = List.of();

    /** Opens offline conversions: CSV, or one JSON object per line. */
    Rows openOffline(String file) throws IOException {
        return open(file, OFFLINE);
    }

    /** Opens raw events: one JSON object per line, or CSV as for an import. */
    Rows open(String file) throws IOException {
        return open(file, Map.of());
    }

    private Rows open(String file, Map<String, String> jsonDefaults) throws IOException {
        Rows.Format format = new Rows.Format(
                charset(), Set.copyOf(ignoredColumns), OFFLINE, jsonDefaults, Set.copyOf(advertiserEvents));
        return Rows.open(InputFile.open(file), file, format);
    }

    private Charset charset() {
        try {
            return Charset.forName(charset.strip());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new UsageException(
                    "--charset is invalid: it must be an encoding that Java knows, such as UTF-8 or windows-1252");
        }
    }
}
