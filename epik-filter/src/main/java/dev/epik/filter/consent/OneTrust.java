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
        return values.isEmpty() ? null : new Reading().answer(values, cookies);
    }

    private boolean isOfInterest(String id) {
        return group.isEmpty()
                ? TARGETING.contains(id) || id.startsWith("STACK") || id.startsWith("V2STACK") // stacks of the IAB
                : id.equals(group);
    }

    /** What all cookies of the name say. */
    private final class Reading {
        private boolean answered;
        private boolean hasGroups;
        private boolean isQuery;
        private int on;
        private int off;
        private int othersOn;
        private int othersOff;

        Answer answer(List<String> values, String cookies) {
            answered = CookiePairs.find(cookies, "OptanonAlertBoxClosed", 0) >= 0;
            values.forEach(this::read);
            if (!hasGroups) {
                return isQuery && !answered ? Answer.OPEN : Answer.UNREADABLE;
            }
            if (on + off == 0 && group.isEmpty()) {
                // A shop's own groups. Two cases are certain all the same: everything on, and only one group on.
                on = othersOff == 0 ? othersOn : 0;
                off = othersOn <= 1 ? othersOff : 0;
            }
            if (off > 0) {
                return answered ? Answer.DENIED : Answer.OPEN;
            }
            return on > 0 ? Answer.GRANTED : Answer.UNREADABLE;
        }

        private void read(String value) {
            String query = value.indexOf('&') < 0 && value.indexOf('=') < 0 ? Escapes.decode(value) : value;
            for (String pair : query.split("&", -1)) {
                isQuery |= pair.startsWith("isGpcEnabled=") || pair.startsWith("landingPath=");
                answered |= pair.equals("isGpcEnabled=1");
                if (pair.startsWith("groups=") && pair.length() > "groups=".length()) {
                    hasGroups = true;
                    readGroups(Escapes.decode(pair.substring("groups=".length())));
                }
            }
        }

        private void readGroups(String groups) {
            for (String entry : groups.split(",", -1)) {
                int colon = entry.indexOf(':');
                String id = colon < 0 ? "" : entry.substring(0, colon);
                boolean isOn = entry.endsWith(":1");
                if (colon < 0 || (!isOn && !entry.endsWith(":0"))) {
                    continue;
                }
                if (isOfInterest(id)) {
                    on += isOn ? 1 : 0;
                    off += isOn ? 0 : 1;
                } else {
                    othersOn += isOn ? 1 : 0;
                    othersOff += isOn ? 0 : 1;
                }
            }
        }
    }
}
