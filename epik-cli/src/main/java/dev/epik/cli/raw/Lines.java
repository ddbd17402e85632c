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
 * The lines of a stream, one at a time, in bounded memory whatever the stream holds. The last line may lack its end; a
 * byte order mark and carriage returns before line ends are taken off.
 */
final class Lines {
    /** One line; {@code text} is null where it cannot be read, and then {@code trouble} says why. */
    record Line(@Nullable String text, String trouble) {}

    /** Events have some kilobytes. */
    private static final int LONGEST = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final Charset charset;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean first = true;

    /** @param charset one in which a line end is the byte that it is in ASCII */
    Lines(InputStream in, Charset charset) {
        this.in = in;
        this.charset = charset;
    }

    /** Null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        boolean any = false;
        while (fill()) {
            any = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            tooLong |= line.size() + end - from > LONGEST;
            if (!tooLong) {
                line.write(buffer, from, end - from);
            }
            boolean ended = end < to;
            from = ended ? end + 1 : end;
            if (ended) {
                break;
            }
        }
        if (!any) {
            return null;
        }
        return tooLong
                ? new Line(null, "the line has over 1 MiB: write one event a line")
                : decoded(line.toByteArray());
    }

    /** Whether a reader at the other end would wait for our next byte of input. */
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
            boolean marked = first && text.startsWith("\ufeff");
            first = false;
            return new Line(marked ? text.substring(1) : text, "");
        } catch (CharacterCodingException notUtf8) {
            first = false;
            return new Line(null, "the line " + notDecoded(charset.name()));
        }
    }

    static String notDecoded(String charset) {
        return "is not " + charset
                + ": save the file in that encoding, or name the file's own, such as --charset windows-1252";
    }
}
