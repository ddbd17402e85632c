// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.fast;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * One raw value of a customer, such as an email address, on its way to its SHA-256. It is normalised in place and
 * hashed, in buffers that are reused.
 *
 * <pre>
 *            ┌─► ASCII (bytes) ─────────── trim, lower, keep ──┐
 * of(raw) ───┼─► LATIN (chars below U+0200) ── the same ───────┼─► sha256() ─► close(): wiped, back to the pool
 *            └─► OTHER (chars) ─ trim, lower, keep by strings ─┘
 *                 │
 *                 └─ digits() makes ASCII of any of them; replaceWith(text) begins again at of(…)
 * </pre>
 *
 * <p>Most values are ASCII: a byte is a character and no rule of Unicode applies. LATIN holds the other letters of
 * Europe: each is its own normal form and has at most two bytes in UTF-8, so they need no strings either. All other
 * values go through {@code Normalizer} and {@code String.toLowerCase}.
 *
 * <p><b>What it spares.</b> With strings of the JDK in its place, a whole event takes 1.28 times as long
 * ({@code plainStrings} in {@code EventJsonBench}). ASCII is hashed without an allocation.
 *
 * <p><b>Privacy.</b> After {@link #close()} the buffers contain nothing of the value. Some values leave unreachable
 * strings on the heap until the next garbage collection: those of the kind OTHER, those with a capital I with dot, and
 * whatever {@link #text()} was called for (dates of birth, genders, advertising ids, hashes).
 *
 * <p><b>Invariants.</b> The value is {@code from} to {@code to}, in {@code bytes} if {@code isAscii}, otherwise in
 * {@code chars}. {@code bytes} is never shorter than the value, so that {@code digits} fits. {@code used} is how much
 * of either buffer may hold something to wipe. After {@link #sha256} only {@link #close()} may be called.
 *
 * <p>Not thread-safe: {@link #of} gives an instance to one thread, {@link #close()} takes it back.
 */
public final class HashInput implements AutoCloseable {
    /** The length of a hash in hex. */
    public static final int HEX_DIGITS = 64;

    private static final int HASH_BYTES = HEX_DIGITS / 2;
    private static final int INITIAL_LENGTH = 128;

    /** Larger buffers are not kept for the next value: no real value is that long. */
    private static final int MAX_KEPT_LENGTH = 4096;

    private static final int LATIN_END = 0x200;

    /** The only character below U+0200 whose lower case has two characters. */
    private static final char CAPITAL_I_WITH_DOT = '\u0130';

    private static final char FULL_WIDTH_OPENING = '\uFF08';
    private static final char FULL_WIDTH_CLOSING = '\uFF09';

    private static final byte[] EMPTY = {};

    /** The two hex digits of each byte, in the order in which they are stored. */
    private static final short[] HEX = new short[256];

    private static final VarHandle TWO_DIGITS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] LOWER = new byte[128];

    private static final boolean[] LETTERS_AND_DIGITS = new boolean[128];

    static {
        for (int c = 0; c < LOWER.length; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c | ' ' : c);
            LETTERS_AND_DIGITS[c] = Character.isLetterOrDigit(c);
        }
        for (int b = 0; b < HEX.length; b++) {
            HEX[b] = (short) (Character.forDigit(b >> 4, 16) | (Character.forDigit(b & 15, 16) << 8));
        }
    }

    private static final BufferPool<HashInput> POOL = new BufferPool<>();

    private final MessageDigest sha256;

    /** The value if it is printable ASCII; its UTF-8 form while it is hashed. */
    private byte[] bytes = new byte[INITIAL_LENGTH];

    /** The value if it is not printable ASCII. */
    private char[] chars = {};

    private boolean isAscii;

    /** Whether all of {@code chars} is below U+0200. */
    private boolean isLatin;

    private int from;
    private int to;
    private int used;
    private boolean usedChars;

    private HashInput() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // cannot happen: every JDK has SHA-256
        }
    }

    /** Returns an instance that contains the value. Close it. */
    public static HashInput of(String raw) {
        HashInput pooled = POOL.acquire();
        HashInput value = pooled == null ? new HashInput() : pooled;
        value.load(raw);
        return value;
    }

    /** Uses a method that is deprecated because it cuts other characters than ISO 8859-1. It copies without a check. */
    @SuppressWarnings("deprecation")
    private void load(String raw) {
        int length = raw.length();
        if (length > bytes.length) {
            wipe();
            bytes = new byte[length];
        }
        from = 0;
        to = length;
        used = Math.max(used, length);
        isAscii = isPrintableAscii(raw);
        if (isAscii) {
            raw.getBytes(0, length, bytes, 0);
        } else {
            loadChars(raw);
        }
    }

    private static boolean isPrintableAscii(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private void loadChars(String raw) {
        if (raw.length() > chars.length) {
            Arrays.fill(chars, '\0');
            chars = new char[Math.max(INITIAL_LENGTH, raw.length())];
        }
        raw.getChars(0, to, chars, 0);
        usedChars = true;
        int bits = 0;
        for (int i = 0; i < to; i++) {
            bits |= chars[i];
        }
        isLatin = bits < LATIN_END;
    }

    /** Returns the number of UTF-16 characters. */
    public int length() {
        return to - from;
    }

    /** Returns one UTF-16 character. */
    public char at(int index) {
        return isAscii ? (char) bytes[from + index] : chars[from + index];
    }

    private int codePointAt(int index) {
        return isAscii ? bytes[from + index] : Character.codePointAt(chars, from + index, to);
    }

    /** Returns a copy of the value as it is now. Use it only for what needs a parser. */
    public String text() {
        return isAscii
                ? new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
                : new String(chars, from, to - from);
    }

    /** Returns whether the value equals a text. */
    public boolean contentEquals(String text) {
        boolean equal = text.length() == length();
        for (int i = 0; equal && i < text.length(); i++) {
            equal = text.charAt(i) == at(i);
        }
        return equal;
    }

    /** Returns whether the value contains a letter of any script. */
    public boolean hasLetter() {
        for (int i = 0; i < length(); ) {
            if (at(i) < 'A') {
                i++;
                continue;
            }
            int c = codePointAt(i);
            if (Character.isLetter(c)) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    /** Replaces the value. */
    public HashInput replaceWith(String other) {
        load(other);
        return this;
    }

    /**
     * Removes white space at both ends, no-break spaces included: pasted text has them, and {@code strip} keeps them.
     */
    public HashInput trim() {
        while (from < to && isSpace(at(0))) {
            from++;
        }
        while (to > from && isSpace(at(length() - 1))) {
            to--;
        }
        return this;
    }

    /**
     * Converts the value to Unicode's form NFC and removes invisible characters (byte order marks, marks of direction)
     * and unpaired surrogates. With any of them the hash would match no person.
     */
    public HashInput visible() {
        if (isAscii) {
            return this;
        }
        if (!isLatin) {
            load(Normalizer.normalize(text(), Normalizer.Form.NFC));
        }
        return keep(HashInput::isVisible);
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }

    /**
     * Makes the value visible, trims it and converts it to lower case by {@code Locale.ROOT}. With a Turkish default
     * locale "IRIS" would become "ırıs", and match no person.
     */
    public HashInput lower() {
        visible().trim();
        if (isAscii) {
            for (int i = from; i < to; i++) {
                bytes[i] = LOWER[bytes[i] & 0x7F]; // the mask shows the compiler that the index is in bounds
            }
            return this;
        }
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (!isLatin || c == CAPITAL_I_WITH_DOT) {
                return replaceWith(text().toLowerCase(Locale.ROOT));
            }
            chars[i] = Character.toLowerCase(c);
        }
        return this;
    }

    /** Removes all but the letters and digits of ASCII and the code points that are wanted. */
    public HashInput keep(IntPredicate wanted) {
        int kept = from;
        for (int i = 0; i < length(); ) {
            int c = codePointAt(i);
            i += Character.charCount(c);
            if ((c < LETTERS_AND_DIGITS.length && LETTERS_AND_DIGITS[c]) || wanted.test(c)) {
                if (isAscii) {
                    bytes[kept++] = (byte) c;
                } else {
                    kept += Character.toChars(c, chars, kept);
                }
            }
        }
        to = kept;
        return this;
    }

    /** Removes a point and zeros behind ASCII digits: a spreadsheet or a {@code double} adds them to a number. */
    public HashInput withoutDecimals() {
        int point = to - 1;
        while (point > from && at(point - from) == '0') {
            point--;
        }
        if (point <= from || point == to - 1 || at(point - from) != '.') {
            return this;
        }
        int firstDigit = at(0) == '+' ? 1 : 0;
        if (firstDigit == point - from) {
            return this;
        }
        for (int i = firstDigit; i < point - from; i++) {
            if (at(i) < '0' || at(i) > '9') {
                return this;
            }
        }
        to = point;
        return this;
    }

    /**
     * Removes all but the digits, and writes those of any script as ASCII. Zeros before the first other digit are
     * removed too, and so is a zero in brackets.
     */
    public HashInput digits() {
        int kept = 0;
        for (int i = 0; i < length(); ) {
            int c = codePointAt(i);
            if (isZeroInBrackets(i)) {
                i += 3;
                continue;
            }
            i += Character.charCount(c);
            int digit = c <= '~' ? c - '0' : Character.digit(c, 10);
            if (digit <= 9 && (digit > 0 || (digit == 0 && kept > 0))) {
                bytes[kept++] = (byte) ('0' + digit); // at most as far as the value has been read
            }
        }
        isAscii = true;
        from = 0;
        to = kept;
        return this;
    }

    private boolean isZeroInBrackets(int i) {
        return (at(i) == '(' || at(i) == FULL_WIDTH_OPENING)
                && i + 2 < length()
                && Character.digit(at(i + 1), 10) == 0
                && (at(i + 2) == ')' || at(i + 2) == FULL_WIDTH_CLOSING);
    }

    /** Returns the SHA-256 of the UTF-8 form as 64 lower-case hex digits, as in Pinterest's examples. */
    public byte[] sha256() {
        byte[] hex = new byte[HEX_DIGITS];
        sha256(hex, 0);
        return hex;
    }

    /** Writes the 64 hex digits of {@link #sha256()} into a buffer. */
    public void sha256(byte[] target, int at) {
        if (!isAscii) {
            encode();
        }
        try {
            sha256.update(bytes, from, to - from);
            sha256.digest(target, at + HASH_BYTES, HASH_BYTES); // into the second half: the digits overwrite the first
        } catch (DigestException e) {
            throw new AssertionError(e); // cannot happen: the space is large enough
        } finally {
            sha256.reset(); // until then it keeps the value
        }
        for (int i = 0; i < HASH_BYTES; i++) {
            TWO_DIGITS.set(target, at + 2 * i, HEX[target[at + HASH_BYTES + i] & 0xFF]);
        }
    }

    /** Encodes {@code chars} as UTF-8 into {@code bytes}, which are free then. */
    private void encode() {
        byte[] encoded = isLatin ? EMPTY : text().getBytes(StandardCharsets.UTF_8);
        int max = Math.max(encoded.length, 2 * length());
        if (max > bytes.length) {
            Arrays.fill(bytes, (byte) 0);
            bytes = new byte[max];
        }
        int length = encoded.length;
        System.arraycopy(encoded, 0, bytes, 0, length);
        Arrays.fill(encoded, (byte) 0);
        for (int i = from; isLatin && i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        isAscii = true;
        from = 0;
        to = length;
        used = Math.max(used, length);
    }

    private void wipe() {
        Arrays.fill(bytes, 0, Math.min(used, bytes.length), (byte) 0);
        if (usedChars) {
            Arrays.fill(chars, 0, Math.min(used, chars.length), '\0');
            usedChars = false;
        }
        used = 0;
    }

    /** Wipes the buffers and returns them to the pool. */
    @Override
    public void close() {
        wipe();
        if (bytes.length <= MAX_KEPT_LENGTH && chars.length <= MAX_KEPT_LENGTH) {
            POOL.release(this);
        }
    }

    /** Returns whether a character is a space of any kind, no-break spaces included. */
    public static boolean isSpace(int c) {
        return c == ' ' || ((c < ' ' || c > '~') && (Character.isWhitespace(c) || Character.isSpaceChar(c)));
    }

    /** Shows the length and nothing of the value. */
    @Override
    public String toString() {
        return "HashInput[" + length() + " characters]";
    }
}
