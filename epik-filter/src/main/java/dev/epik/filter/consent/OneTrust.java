// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code OptanonConsent} is an escaped query string: {@code …&groups=C0001%3A1%2CC0004%3A0&…}. OneTrust writes it when
 * the page loads, with the default of the visitor's region. A group at 0 is an answer only if the banner was closed, or
 * if OneTrust took the browser's Global Privacy Control for the answer.
 *
 * @param group the id of the group that decides; empty for those that OneTrust's templates use for advertising
 */
record OneTrust(String group) implements ConsentPlatform {
    /** The groups for targeting, and those for the sale of data in the United States. */
    private static final Set<String> TARGETING = Set.of("C0004", "4", "SPD_BG", "SSPD_BG", "OSSTA_BG");

    @Override
    public String name() {
        return group.isEmpty() ? "OneTrust targeting" : "OneTrust " + group;
    }

    @Override
    public String cure() {
        return "consent=onetrust:GROUP with the id of your group for targeting";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        List<String> values = CookiePairs.all(cookies, "OptanonConsent");
        if (values.isEmpty()) {
            return null;
        }
        boolean closed = CookiePairs.find(cookies, "OptanonAlertBoxClosed", 0) >= 0;
        return Answer.strictest(values, value -> read(value, closed));
    }

    private Answer read(String value, boolean closed) {
        boolean escapedTwice = value.indexOf('&') < 0 && value.indexOf('=') < 0;
        String query = "&" + (escapedTwice ? Escapes.decode(value) : value) + "&";
        boolean answered = closed || query.contains("&isGpcEnabled=1&");
        int start = query.indexOf("&groups=");
        if (start < 0) {
            boolean isOneTrusts = query.contains("&isGpcEnabled=") || query.contains("&landingPath=");
            return isOneTrusts && !answered ? Answer.OPEN : Answer.UNREADABLE;
        }
        int end = query.indexOf('&', start + 1);
        Groups groups = count(Escapes.decode(query.substring(start + "&groups=".length(), end)));
        if (groups.off() > 0) {
            return answered ? Answer.DENIED : Answer.OPEN;
        }
        return groups.on() > 0 ? Answer.GRANTED : Answer.UNREADABLE;
    }

    /** The numbers of groups that are on and off, of those that decide. */
    private record Groups(int on, int off) {}

    private Groups count(String groups) {
        int on = 0;
        int off = 0;
        int othersOn = 0;
        int othersOff = 0;
        for (String entry : groups.split(",", -1)) {
            int colon = entry.indexOf(':');
            boolean decides = colon >= 0 && isOfInterest(entry.substring(0, colon));
            boolean isOn = entry.endsWith(":1");
            boolean isOff = entry.endsWith(":0");
            on += decides && isOn ? 1 : 0;
            off += decides && isOff ? 1 : 0;
            othersOn += !decides && isOn ? 1 : 0;
            othersOff += !decides && isOff ? 1 : 0;
        }
        if (on + off > 0 || !group.isEmpty()) {
            return new Groups(on, off);
        }
        // A shop's own groups. Two cases are certain all the same: everything is on, or only one group is.
        return new Groups(othersOff == 0 ? othersOn : 0, othersOn <= 1 ? othersOff : 0);
    }

    private boolean isOfInterest(String id) {
        return group.isEmpty()
                ? TARGETING.contains(id) || id.startsWith("STACK") || id.startsWith("V2STACK") // stacks of the IAB
                : id.equals(group);
    }
}
