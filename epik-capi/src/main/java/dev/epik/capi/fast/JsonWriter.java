// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.fast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object into a reused buffer. It has only what an event needs, and it does not check the order of the
 * calls.
 *
 * <pre>
 * begin() ──► writeString, writeNumber, beginObject … endObject, beginArray … endArray ──► end()
 *    ▲                                                                                       │
 *    └──────────────────────── the wiped buffer waits in the pool ◄──────────────────────────┘
 * </pre>
 *
 * <p><b>What it spares.</b> The JSON goes from one byte array into the final string. Jackson's generator, which has
 * more checks and copies, makes a whole event take 1.24 times as long ({@code oursGenerator} in
 * {@code EventJsonBench}).
 *
 * <p><b>Output.</b> ASCII only; all other characters are written as Jackson escapes them. So no charset can damage the
 * text, its bytes are as many as its characters, and they are copied instead of encoded. The price is six bytes for a
 * Chinese character instead of three. An unpaired surrogate becomes a question mark.
 *
 * <p><b>Invariants.</b> Each value is followed by a comma; the end of an object or array replaces it. Each method
 * reserves space before it writes, so {@code put} and {@code putAscii} check nothing.
 *
 * <p>Not thread-safe: {@link #begin} gives a writer to one thread, {@link #end} takes it back.
 */
public final class JsonWriter {
    private static final int INITIAL_BYTES = 4096;

    /** A larger buffer is not kept for the next event. */
    private static final int MAX_KEPT_BYTES = 64 * 1024;

    private static final int MAX_ESCAPE_LENGTH = 6;

    private static final int MAX_NUMBER_LENGTH = 20;

    /** The ASCII characters that need no escape. */
    private static final boolean[] UNESCAPED = new boolean[128];

    static {
        for (int c = ' '; c < UNESCAPED.length; c++) {
            UNESCAPED[c] = c != '"' && c != '\\';
        }
    }

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private static final BufferPool<JsonWriter> POOL = new BufferPool<>();

    private byte[] text = new byte[INITIAL_BYTES];

    private int length;

    private JsonWriter() {}

    /** Returns a writer that has begun the outermost object. */
    public static JsonWriter begin() {
        JsonWriter pooled = POOL.acquire();
        JsonWriter json = pooled == null ? new JsonWriter() : pooled;
        json.put('{');
        return json;
    }

    /** Ends the outermost object and returns the whole text. The writer must not be used any more. */
    public String end() {
        close('}');
        int withoutComma = length - 1;
        String whole = new String(text, 0, withoutComma, StandardCharsets.ISO_8859_1);
        Arrays.fill(text, 0, length, (byte) 0);
        if (text.length <= MAX_KEPT_BYTES) {
            length = 0;
            POOL.release(this);
        }
        return whole;
    }

    /**
     * Writes a member with a string. Writes nothing if the value is null or empty.
     *
     * @param name printable ASCII without quotes and backslashes
     */
    public void writeString(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            writeName(name, value.length() + 2);
            string(value);
        }
    }

    /** Writes a member with a string of printable ASCII without quotes and backslashes. */
    public void writeAscii(String name, String value) {
        writeName(name, value.length() + 2);
        quoted(value);
        put(',');
    }

    /**
     * Writes a member with an array of strings.
     *
     * @param values the strings one after the other, of printable ASCII without quotes and backslashes
     * @param each the length of each string
     */
    public void writeAsciiArray(String name, byte[] values, int each) {
        writeName(name, 1 + values.length / each * (each + 3));
        put('[');
        for (int at = 0; at < values.length; at += each) {
            put('"');
            System.arraycopy(values, at, text, length, each);
            length += each;
            put('"');
            put(',');
        }
        text[length - 1] = ']';
        put(',');
    }

    /** Writes a member with a whole number. */
    public void writeNumber(String name, long value) {
        writeName(name, MAX_NUMBER_LENGTH);
        if (value < 0) {
            putAscii(Long.toString(value));
        } else {
            putDigits(value);
        }
        put(',');
    }

    /** Writes a member with the value true. */
    public void writeTrue(String name) {
        writeName(name, 5);
        putAscii("true,");
    }

    /** Begins a member with an object. */
    public void beginObject(String name) {
        writeName(name, 1);
        put('{');
    }

    /** Begins an object that is an element of an array. */
    public void beginObject() {
        reserve(1);
        put('{');
    }

    /** Ends an object. */
    public void endObject() {
        close('}');
    }

    /** Returns where the next member begins, for {@link #endOptionalObject}. */
    public int position() {
        return length;
    }

    /**
     * Ends an object, or removes it if it is empty.
     *
     * @param begin the {@link #position()} before the object began
     */
    public void endOptionalObject(int begin) {
        if (text[length - 1] == '{') {
            Arrays.fill(text, begin, length, (byte) 0);
            length = begin;
        } else {
            endObject();
        }
    }

    /** Begins a member with an array. */
    public void beginArray(String name) {
        writeName(name, 1);
        put('[');
    }

    /** Ends an array. */
    public void endArray() {
        close(']');
    }

    /** Writes a string that is an element of an array. */
    public void writeElement(String value) {
        reserve(value.length() + 3);
        string(value);
    }

    private void close(char bracket) {
        reserve(2);
        if (text[length - 1] == ',') {
            length--;
        }
        put(bracket);
        put(',');
    }

    /** Writes a name and reserves space for its value and a comma. */
    private void writeName(String name, int valueLength) {
        reserve(name.length() + 4 + valueLength);
        quoted(name);
        put(':');
    }

    /** Counts in a local variable, as {@link #escaped(String)} does: a field would be written for each character. */
    private void quoted(String ascii) {
        int at = length;
        text[at++] = '"';
        copy(ascii, at);
        at += ascii.length();
        text[at++] = '"';
        length = at;
    }

    private void string(String value) {
        if (needsNoEscape(value)) {
            quoted(value);
        } else {
            escaped(value);
        }
        put(',');
    }

    private static boolean needsNoEscape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= UNESCAPED.length || !UNESCAPED[c]) {
                return false;
            }
        }
        return true;
    }

    private void escaped(String value) {
        byte[] target = text;
        int at = length;
        target[at++] = '"';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= UNESCAPED.length || !UNESCAPED[c]) {
                length = at;
                putSpecial(value, i);
                int remaining = value.length() - i - 1;
                reserve(remaining + 2); // the quote and a comma
                target = text;
                at = length;
            } else {
                target[at++] = (byte) c;
            }
        }
        target[at++] = '"';
        length = at;
    }

    private void putSpecial(String value, int i) {
        char c = value.charAt(i);
        reserve(MAX_ESCAPE_LENGTH);
        if (Character.isSurrogate(c) && !isPaired(value, i)) {
            put('?');
        } else {
            putEscape(c);
        }
    }

    private static boolean isPaired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    private void putEscape(char c) {
        switch (c) {
            case '"', '\\' -> putEscaped(c);
            case '\b' -> putEscaped('b');
            case '\f' -> putEscaped('f');
            case '\n' -> putEscaped('n');
            case '\r' -> putEscaped('r');
            case '\t' -> putEscaped('t');
            default -> {
                putAscii("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    put(HEX[(c >> shift) & 15]);
                }
            }
        }
    }

    private void putEscaped(char c) {
        put('\\');
        put(c);
    }

    private void putDigits(long value) {
        int digits = 1;
        for (long rest = value; rest > 9; rest /= 10) {
            digits++;
        }
        length += digits;
        long rest = value;
        for (int at = length - 1; at >= length - digits; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void putAscii(String ascii) {
        copy(ascii, length);
        length += ascii.length();
    }

    /** Uses a method that is deprecated because it cuts other characters than ISO 8859-1. It copies without a check. */
    @SuppressWarnings("deprecation")
    private void copy(String ascii, int at) {
        ascii.getBytes(0, ascii.length(), text, at);
    }

    private void put(int c) {
        text[length++] = (byte) c;
    }

    private void reserve(int more) {
        if (text.length - length < more) {
            byte[] longer = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
            Arrays.fill(text, (byte) 0);
            text = longer;
        }
    }
}
