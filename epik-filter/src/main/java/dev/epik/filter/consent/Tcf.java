// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The IAB's Transparency and Consent Framework, version 2: {@code euconsent-v2} holds a TC string. The visitor must
 * have consented to each of the purposes; legitimate interest is not consent. The vendors are not read: their list is
 * not known to have Pinterest, so no string can name it.
 *
 * @param purposes the purposes that are needed
 */
record Tcf(BitSet purposes) implements ConsentPlatform {
    /** Store and read on the device, profiles for advertising, personalised advertising, measurement of advertising. */
    static final BitSet DEFAULT = bits(1, 3, 4, 7);

    private static final int MAX_PURPOSE = 24;

    /**
     * Reads a list of purposes such as {@code 1,3,4,7}.
     *
     * @return null if it is no list of numbers from 1 to 24
     */
    static @Nullable Tcf parse(String list) {
        BitSet purposes = new BitSet();
        for (String each : list.split(",", -1)) {
            if (!each.matches("[1-9][0-9]?") || Integer.parseInt(each) > MAX_PURPOSE) {
                return null;
            }
            purposes.set(Integer.parseInt(each));
        }
        return new Tcf(purposes);
    }

    private static BitSet bits(int... purposes) {
        BitSet bits = new BitSet();
        for (int purpose : purposes) {
            bits.set(purpose);
        }
        return bits;
    }

    @Override
    public String name() {
        return "IAB TCF purposes " + purposes.toString().replaceAll("[{} ]", "");
    }

    @Override
    public String cure() {
        return "consent=required, and load epik.consent.js, which asks the banner itself";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "euconsent-v2"), this::read);
    }

    private Answer read(String value) {
        if (!TcString.isReadable(value)) {
            return Answer.UNREADABLE;
        }
        return purposes.stream().allMatch(purpose -> TcString.hasConsent(value, purpose))
                ? Answer.GRANTED
                : Answer.DENIED;
    }
}
