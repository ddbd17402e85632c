// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import dev.epik.ads.json.Fields;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The effect of one write on the spend of a campaign.
 *
 * @param before what the campaign can spend now
 * @param after what it could spend afterwards
 * @param makesActive whether the write activates something that is not active
 * @param widens whether something active gets another targeting, a later end or an earlier start
 */
public record SpendChange(Spend before, Spend after, boolean makesActive, boolean widens) {
    /** Returns whether the write can raise what is spent. */
    public boolean raises() {
        return makesActive
                || widens
                || after.daily() > before.daily()
                || after.lifetime() > before.lifetime()
                || after.bid() > before.bid()
                || (before.isBounded() && !after.isBounded());
    }

    /** Returns whether a body activates something that is not active. */
    public static boolean makesActive(Fields current, Map<String, ? extends @Nullable Object> body) {
        return "ACTIVE".equals(body.get("status")) && !Spend.isActive(current);
    }

    /**
     * Returns whether a body gives something active another targeting, a later end or an earlier start, so that more is
     * spent with the same budget.
     *
     * @param isActive whether it spends money now
     */
    public static boolean widens(boolean isActive, Fields current, Map<String, ? extends @Nullable Object> body) {
        return isActive
                && (changes(current, body, "targeting_spec")
                        || changes(current, body, "optimization_goal_metadata")
                        || (changes(current, body, "auto_targeting_enabled")
                                && Boolean.TRUE.equals(body.get("auto_targeting_enabled")))
                        || isLaterEnd(current, body)
                        || isEarlierStart(current, body));
    }

    private static boolean changes(Fields current, Map<String, ? extends @Nullable Object> body, String field) {
        return body.containsKey(field)
                && !Objects.equals(body.get(field), current.json().get(field));
    }

    private static boolean isLaterEnd(Fields current, Map<String, ? extends @Nullable Object> body) {
        long now = current.number("end_time").orElse(0);
        return body.get("end_time") instanceof Long end && now > 0 && (end <= 0 || end > now);
    }

    private static boolean isEarlierStart(Fields current, Map<String, ? extends @Nullable Object> body) {
        long now = current.number("start_time").orElse(0);
        return body.get("start_time") instanceof Long start && now > 0 && start < now;
    }
}
