// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads events from lines of JSON. */
final class JsonRows extends Rows {
    private final LineReader lines;
    private final Format format;

    JsonRows(InputStream in, Format format) {
        super(in);
        this.lines = new LineReader(in(), format.charset());
        this.format = format;
    }

    @Override
    public @Nullable RawEvent next() throws IOException {
        at(line() + 1);
        LineReader.Line line = lines.next();
        if (line == null) {
            return null;
        }
        return line.text() == null
                ? RawEvent.unreadable(line.problem())
                : RawEvent.ofJson(line.text(), format.jsonDefaults(), format.advertiserEvents());
    }

    @Override
    public boolean wouldBlock() throws IOException {
        return lines.wouldBlock();
    }
}
