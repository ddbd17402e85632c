// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.buffer.Idle;
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
 * A raw value on its way to its hash. Its characters are changed in place, hashed and wiped, in buffers that are used
 * again.
 *
 * <p>After {@link #close()} its buffers hold nothing of the value. Some values leave unreachable strings on the heap
 * until the next garbage collection: texts with characters from U+0200 on (they pass through {@code Normalizer}) or
 * with a capital I with dot, and, in any script, what {@link #text()} was asked for (dates of birth, genders,
 * advertising ids, hashes). Other ASCII and Latin text leaves none, and ASCII is hashed without an allocation.
 *
 * <p>{@link #of} lends one to one thread, {@link #close()} takes it back.
 */
final class RawValue implements AutoCloseable {
    /** Of a hash. */
    static final int HEX_DIGITS = 64;

    private static final int HASH_BYTES = HEX_DIGITS / 2;
    private static final int USUAL = 128;

    /** A value of this length is no value; its buffers are not kept. */
    private static final int LONGEST_KEPT = 4096;

    /** Of those below U+0200 the only one whose small letter is two characters. */
    private static final char CAPITAL_I_WITH_DOT = '\u0130';

    private static final char FULL_WIDTH_OPENING = '\uFF08';
    private static final char FULL_WIDTH_CLOSING = '\uFF09';

    /** Of each byte the two digits, as they lie in memory. */
    private static final short[] HEX = new short[256];

    private static final byte[] NOTHING = {};

    private static final byte[] LOWER = new byte[128];

    private static final boolean[] LETTERS_AND_DIGITS = new boolean[128];

    private static final VarHandle TWO_DIGITS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        for (int c = 0; c < LOWER.length; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c | ' ' : c);
            LETTERS_AND_DIGITS[c] = Character.isLetterOrDigit(c);
        }
        for (int b = 0; b < HEX.length; b++) {
            HEX[b] = (short) (Character.forDigit(b >> 4, 16) | (Character.forDigit(b & 15, 16) << 8));
        }
    }

    private static final Idle<RawValue> IDLE = new Idle<>();

    private final MessageDigest sha256;

    /** The value where all of it is printable ASCII: then a byte is a character, and no rule of Unicode applies. */
    private byte[] plain = new byte[USUAL];

    private boolean isPlain;

    /** The value where it is not. */
    private char[] wide = {};

    /**
     * All of it is below U+0200: letters of Europe, each its own normal form (no character below U+0300 is composed with another) and of two
     * bytes at most.
     */
    private boolean isLatin;

    private int from;
    private int to;

    /** As far as was written, in either. */
    private int used;

    private boolean wasWide;

    private RawValue() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    static RawValue of(String raw) {
        RawValue idle = IDLE.take();
        RawValue value = idle == null ? new RawValue() : idle;
        value.load(raw);
        return value;
    }

    /** Copied as a whole, the quickest way of the JDK's; deprecated for what it does to other characters. */
    @SuppressWarnings("deprecation")
    private void load(String raw) {
        int length = raw.length();
        if (length > plain.length) {
            wipe();
            plain = new byte[length];
        }
        from = 0;
        to = length;
        used = Math.max(used, length);
        isPlain = isPlain(raw);
        if (isPlain) {
            raw.getBytes(0, length, plain, 0);
        } else {
            loadWide(raw);
        }
    }

    private static boolean isPlain(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private void loadWide(String raw) {
        if (raw.length() > wide.length) {
            Arrays.fill(wide, '\0');
            wide = new char[Math.max(USUAL, raw.length())];
        }
        raw.getChars(0, to, wide, 0);
        wasWide = true;
        int bits = 0;
        for (int i = 0; i < to; i++) {
            bits |= wide[i];
        }
        isLatin = bits < 0x200;
    }

    int length() {
        return to - from;
    }

    char at(int index) {
        return isPlain ? (char) plain[from + index] : wide[from + index];
    }

    boolean hasLetter() {
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

    private int codePointAt(int index) {
        return isPlain ? plain[from + index] : Character.codePointAt(wide, from + index, to);
    }

    /** A copy: for what needs a parser. */
    String text() {
        return isPlain
                ? new String(plain, from, to - from, StandardCharsets.ISO_8859_1)
                : new String(wide, from, to - from);
    }

    boolean is(String text) {
        boolean same = text.length() == length();
        for (int i = 0; same && i < text.length(); i++) {
            same = text.charAt(i) == at(i);
        }
        return same;
    }

    /** No-break spaces go too: they come along with what people paste, and {@code strip} leaves them. */
    RawValue trim() {
        while (from < to && isSpace(at(0))) {
            from++;
        }
        while (to > from && isSpace(at(length() - 1))) {
            to--;
        }
        return this;
    }

    /**
     * In one Unicode form, without what nobody sees (a byte order mark, marks of direction): pasted along, each would hash to nobody. Half a
     * character is in no name.
     */
    RawValue visible() {
        if (isPlain) {
            return this;
        }
        if (!isLatin) {
            load(Normalizer.normalize(text(), Normalizer.Form.NFC));
        }
        return keep(RawValue::isVisible);
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }

    /** Visible, trimmed, in lower case. {@code Locale.ROOT}: under a Turkish default "IRIS" would become "ırıs", and match nobody. */
    RawValue lower() {
        visible().trim();
        if (isPlain) {
            for (int i = from; i < to; i++) {
                plain[i] = LOWER[plain[i] & 0x7F]; // in bounds for all to see: none is checked
            }
            return this;
        }
        for (int i = from; i < to; i++) {
            char c = wide[i];
            if (!isLatin || c == CAPITAL_I_WITH_DOT) {
                return set(text().toLowerCase(Locale.ROOT));
            }
            wide[i] = Character.toLowerCase(c);
        }
        return this;
    }

    /** Letters and digits of ASCII, and which of the other code points are wanted. */
    RawValue keep(IntPredicate wanted) {
        int kept = from;
        for (int i = 0; i < length(); ) {
            int c = codePointAt(i);
            i += Character.charCount(c);
            if ((c < LETTERS_AND_DIGITS.length && LETTERS_AND_DIGITS[c]) || wanted.test(c)) {
                if (isPlain) {
                    plain[kept++] = (byte) c;
                } else {
                    kept += Character.toChars(c, wide, kept);
                }
            }
        }
        to = kept;
        return this;
    }

    /** The digits of any script as those of ASCII, without zeros before the first other, and without a zero in brackets. */
    RawValue digits() {
        int kept = 0;
        for (int i = 0; i < length(); ) {
            int c = codePointAt(i);
            boolean opens = c == '(' || c == FULL_WIDTH_OPENING;
            if (opens
                    && i + 2 < length()
                    && isZero(at(i + 1))
                    && (at(i + 2) == ')' || at(i + 2) == FULL_WIDTH_CLOSING)) {
                i += 3;
                continue;
            }
            i += Character.charCount(c);
            int digit = c <= '~' ? c - '0' : Character.digit(c, 10);
            if (digit <= 9 && (digit > 0 || (digit == 0 && kept > 0))) {
                plain[kept++] = (byte) ('0' + digit); // behind what is still to be read
            }
        }
        isPlain = true;
        from = 0;
        to = kept;
        return this;
    }

    private static boolean isZero(char c) {
        return Character.digit(c, 10) == 0;
    }

    RawValue set(String other) {
        load(other);
        return this;
    }

    /** Lower-case hex of the UTF-8 bytes' SHA-256, as Pinterest's examples have it. */
    byte[] sha256() {
        byte[] hex = new byte[HEX_DIGITS];
        sha256(hex, 0);
        return hex;
    }

    /** The same into a buffer, as 64 bytes. */
    void sha256(byte[] target, int at) {
        if (!isPlain) {
            encode();
        }
        try {
            sha256.update(plain, from, to - from);
            sha256.digest(target, at + HASH_BYTES, HASH_BYTES); // behind what its own digits overwrite
        } catch (DigestException neverTooShort) {
            throw new AssertionError(neverTooShort);
        } finally {
            sha256.reset(); // until then it keeps what it hashed
        }
        for (int i = 0; i < HASH_BYTES; i++) {
            TWO_DIGITS.set(target, at + 2 * i, HEX[target[at + HASH_BYTES + i] & 0xFF]);
        }
    }

    /** To UTF-8, in the buffer that a wide value leaves free. */
    private void encode() {
        byte[] beyond = isLatin ? NOTHING : text().getBytes(StandardCharsets.UTF_8);
        int most = Math.max(beyond.length, 2 * length());
        if (most > plain.length) {
            Arrays.fill(plain, (byte) 0);
            plain = new byte[most];
        }
        int length = beyond.length;
        System.arraycopy(beyond, 0, plain, 0, length);
        Arrays.fill(beyond, (byte) 0);
        for (int i = from; isLatin && i < to; i++) {
            char c = wide[i];
            if (c < 0x80) {
                plain[length++] = (byte) c;
            } else {
                plain[length++] = (byte) (0xC0 | (c >> 6));
                plain[length++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        isPlain = true;
        from = 0;
        to = length;
        used = Math.max(used, length);
    }

    private void wipe() {
        Arrays.fill(plain, 0, Math.min(used, plain.length), (byte) 0);
        if (wasWide) {
            Arrays.fill(wide, 0, Math.min(used, wide.length), '\0');
            wasWide = false;
        }
        used = 0;
    }

    @Override
    public void close() {
        wipe();
        if (plain.length <= LONGEST_KEPT && wide.length <= LONGEST_KEPT) {
            IDLE.give(this);
        }
    }

    static boolean isSpace(int c) {
        return c == ' ' || ((c < ' ' || c > '~') && (Character.isWhitespace(c) || Character.isSpaceChar(c)));
    }

    /** Nothing of the value. */
    @Override
    public String toString() {
        return "RawValue[" + length() + " characters]";
    }
}
