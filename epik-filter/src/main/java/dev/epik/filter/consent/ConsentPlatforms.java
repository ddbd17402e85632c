// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The consent platforms that Epik knows, by the values of the setting {@code consent}. */
public final class ConsentPlatforms {
    private static final Map<String, ConsentPlatform> BY_SETTING = new TreeMap<>(Map.of(
            "onetrust", new OneTrust(""),
            "cookiebot", new Cookiebot(),
            "cookieyes", new CookieYes(),
            "trustarc", new TrustArc(),
            "cookie-script", new CookieScript(),
            "iubenda", new Iubenda(),
            "didomi", new Didomi(),
            "tcf", new Tcf(Tcf.DEFAULT),
            "usprivacy", new UsPrivacy(),
            "complianz", new Complianz()));

    private static final List<ConsentPlatform> ALL = all();

    private ConsentPlatforms() {}

    private static List<ConsentPlatform> all() {
        List<ConsentPlatform> all = new ArrayList<>(BY_SETTING.values());
        all.add(new Osano()); // no setting, because no decoder can read it
        return List.copyOf(all);
    }

    /** Returns all platforms, in any order. */
    public static List<ConsentPlatform> known() {
        return ALL;
    }

    /**
     * Returns the platform of a setting: a name, {@code onetrust:GROUP} or {@code tcf:PURPOSES}.
     *
     * @return null if the text names no platform
     */
    public static @Nullable ConsentPlatform named(String setting) {
        int colon = setting.indexOf(':');
        if (colon < 0) {
            return BY_SETTING.get(setting);
        }
        String option = setting.substring(colon + 1);
        return switch (setting.substring(0, colon)) {
            case "onetrust" -> option.isBlank() ? null : new OneTrust(option);
            case "tcf" -> Tcf.parse(option);
            default -> null;
        };
    }
}
