// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.json;

import dev.epik.capi.buffer.Idle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object, in a buffer that is used again. By hand and not by Jackson's generator, which takes longer than all else that
 * happens to an event; see EventJsonBench. It knows what an event needs, and trusts its caller with the order of the calls.
 *
 * <p>All of it is ASCII, with Jackson's escapes for the rest: no charset on its way can spoil it, and its bytes are as many as its characters
 * and are copied, not encoded. The price is six bytes for a character of Chinese instead of three. Half of a character becomes a question mark.
 *
 * <p>{@link #begin} lends one to one thread, {@link #end} wipes it and takes it back: addresses stand in it. Where an exception comes between
 * the two it is dropped.
 */
public final class JsonText {
    private static final int USUAL = 4096;

    /** What is longer is rare, and its buffer is not kept. */
    private static final int LONGEST_KEPT = 64 * 1024;

    private static final int LONGEST_ESCAPE = 6;

    /** Of ASCII what is written as it is. */
    private static final boolean[] AS_IT_IS = new boolean[128];

    static {
        for (int c = ' '; c < AS_IT_IS.length; c++) {
            AS_IT_IS[c] = c != '"' && c != '\\';
        }
    }

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private static final Idle<JsonText> IDLE = new Idle<>();

    private byte[] text = new byte[USUAL];

    private int length;

    private JsonText() {}

    public static JsonText begin() {
        JsonText idle = IDLE.take();
        JsonText json = idle == null ? new JsonText() : idle;
        json.put('{');
        return json;
    }

    /** Ends the outermost object. */
    public String end() {
        close('}');
        String whole = new String(text, 0, length - 1, StandardCharsets.ISO_8859_1); // without the comma behind it
        Arrays.fill(text, 0, length, (byte) 0);
        if (text.length <= LONGEST_KEPT) {
            length = 0;
            IDLE.give(this);
        }
        return whole;
    }

    /**
     * Nothing where the value is null or empty.
     *
     * @param name of plain ASCII, as all names are
     */
    public void text(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            name(name, value.length() + 2);
            string(value);
        }
    }

    /** As {@link #text}, of printable ASCII without quotes and backslashes. */
    public void plain(String name, String value) {
        name(name, value.length() + 2);
        quoted(value);
        put(',');
    }

    /** One or several, as for {@link #plain}: each of so many bytes, one behind the other. */
    public void plains(String name, byte[] values, int each) {
        name(name, 1 + values.length / each * (each + 3));
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

    public void number(String name, long value) {
        name(name, 20);
        if (value < 0) {
            ascii(Long.toString(value));
        } else {
            digits(value);
        }
        put(',');
    }

    private void digits(long value) {
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

    public void yes(String name) {
        name(name, 5);
        ascii("true,");
    }

    public void beginObject(String name) {
        name(name, 1);
        put('{');
    }

    public void endObject() {
        close('}');
    }

    /** Where the next member will begin. */
    public int place() {
        return length;
    }

    /** Ends an object, or takes it back where nothing came to stand in it; {@code begin} is the {@link #place()} before it. */
    public void endObjectOrNothing(int begin) {
        if (text[length - 1] == '{') {
            Arrays.fill(text, begin, length, (byte) 0);
            length = begin;
        } else {
            endObject();
        }
    }

    public void beginArray(String name) {
        name(name, 1);
        put('[');
    }

    public void endArray() {
        close(']');
    }

    /** As an element of an array. */
    public void beginObject() {
        room(1);
        put('{');
    }

    /** As an element of an array. */
    public void element(String value) {
        room(value.length() + 3);
        string(value);
    }

    /** In the place of the last comma, where there is one: each value is written with the one behind it. */
    private void close(char bracket) {
        room(2);
        if (text[length - 1] == ',') {
            length--;
        }
        put(bracket);
        put(',');
    }

    /** And room for so much behind it, and a comma. */
    private void name(String name, int more) {
        room(name.length() + 4 + more);
        quoted(name);
        put(':');
    }

    /** By a local index here and in {@link #withEscapes}: a field would be written for each character. */
    private void quoted(String plain) {
        int at = length;
        text[at++] = '"';
        copy(plain, at);
        at += plain.length();
        text[at++] = '"';
        length = at;
    }

    private void string(String value) {
        if (isAsItIs(value)) {
            quoted(value);
        } else {
            withEscapes(value);
        }
        put(',');
    }

    private static boolean isAsItIs(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= AS_IT_IS.length || !AS_IT_IS[c]) {
                return false;
            }
        }
        return true;
    }

    private void withEscapes(String value) {
        byte[] target = text;
        int at = length;
        target[at++] = '"';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= AS_IT_IS.length || !AS_IT_IS[c]) {
                length = at;
                special(value, i);
                room(value.length()
                        - i
                        + 1); // for the rest, the quote and a comma, as if nothing more were to be escaped
                target = text;
                at = length;
            } else {
                target[at++] = (byte) c;
            }
        }
        target[at++] = '"';
        length = at;
    }

    private void special(String value, int i) {
        char c = value.charAt(i);
        room(LONGEST_ESCAPE);
        if (Character.isSurrogate(c) && !isHalfOfAPair(value, i)) {
            put('?');
        } else {
            escape(c);
        }
    }

    private static boolean isHalfOfAPair(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> escaped(c);
            case '\b' -> escaped('b');
            case '\f' -> escaped('f');
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            case '\t' -> escaped('t');
            default -> {
                ascii("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    put(HEX[(c >> shift) & 15]);
                }
            }
        }
    }

    private void escaped(char c) {
        put('\\');
        put(c);
    }

    private void ascii(String plain) {
        copy(plain, length);
        length += plain.length();
    }

    /** Quicker than any other way of the JDK's; deprecated for what it does to other characters. */
    @SuppressWarnings("deprecation")
    private void copy(String plain, int at) {
        plain.getBytes(0, plain.length(), text, at);
    }

    private void put(int c) {
        text[length++] = (byte) c;
    }

    private void room(int more) {
        if (text.length - length < more) {
            byte[] longer = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
            Arrays.fill(text, (byte) 0);
            text = longer;
        }
    }
}
