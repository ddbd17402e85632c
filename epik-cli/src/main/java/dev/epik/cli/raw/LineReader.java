// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream line by line in bounded memory. The last line may lack its line end. A byte order mark and carriage
 * returns before line ends are removed. Not thread-safe.
 */
final class LineReader {
    /** One line. If it cannot be read, {@code text} is null and {@code problem} is the reason. */
    record Line(@Nullable String text, String problem) {}

    /** The maximum length of a line; an event has a few kilobytes. */
    private static final int MAX_LINE_BYTES = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final Charset charset;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean first = true;

    /** @param charset an encoding in which line ends are the same bytes as in ASCII */
    LineReader(InputStream in, Charset charset) {
        this.in = in;
        this.charset = charset;
    }

    /** Returns the next line; null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        boolean anyInput = false;
        while (fill()) {
            anyInput = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            tooLong |= line.size() + end - from > MAX_LINE_BYTES;
            if (!tooLong) {
                line.write(buffer, from, end - from);
            }
            boolean ended = end < to;
            from = ended ? end + 1 : end;
            if (ended) {
                break;
            }
        }
        if (!anyInput) {
            return null;
        }
        return tooLong
                ? new Line(null, "the line is longer than 1 MiB: write one event per line")
                : decoded(line.toByteArray());
    }

    /** Returns whether the next read would wait for input. */
    boolean wouldBlock() throws IOException {
        return from == to && in.available() == 0;
    }

    private boolean fill() throws IOException {
        if (from == to) {
            from = 0;
            to = Math.max(0, in.read(buffer));
        }
        return from < to;
    }

    private Line decoded(byte[] bytes) {
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            boolean hasByteOrderMark = first && text.startsWith("\ufeff");
            first = false;
            return new Line(hasByteOrderMark ? text.substring(1) : text, "");
        } catch (CharacterCodingException e) {
            first = false;
            return new Line(null, "the line " + notDecoded(charset.name()));
        }
    }

    static String notDecoded(String charset) {
        return "is not " + charset
                + ": save the file in that encoding, or name its encoding, such as --charset windows-1252";
    }
}
