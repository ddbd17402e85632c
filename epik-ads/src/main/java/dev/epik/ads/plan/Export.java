// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.AdsException;
import dev.epik.ads.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Writes what exists as a plan file, in the order of the ids. A value that a plan file cannot have becomes a comment.
 * So does a status, because a file with ACTIVE would undo a pause. Not thread-safe.
 */
final class Export {
    private static final Comparator<Actual> BY_ID =
            Comparator.comparingInt((Actual each) -> each.id().length()).thenComparing(Actual::id);
    private static final int MAX_NAME = 255;

    private final StringBuilder text = new StringBuilder();
    private final AdsAccount account;
    private final UnaryOperator<String> audiences;
    private final UnaryOperator<String> interests;

    private Export(AdsAccount account, UnaryOperator<String> audiences, UnaryOperator<String> interests) {
        this.account = account;
        this.audiences = audiences;
        this.interests = interests;
    }

    /**
     * Returns the plan file.
     *
     * @param audiences returns the word for an audience: a name that is unique, or the id
     * @param interests the same for interests
     */
    static String of(
            AdsAccount account,
            Instant time,
            List<Actual> campaigns,
            List<Actual> adGroups,
            List<Actual> ads,
            UnaryOperator<String> audiences,
            UnaryOperator<String> interests) {
        Export export = new Export(account, audiences, interests);
        export.text
                .append("# What the ad account had at ")
                .append(time.truncatedTo(ChronoUnit.SECONDS))
                .append(". A plan of this file changes nothing.\n")
                .append("# To spend more, add: spend_limit: {daily: \"…\"}\n")
                .append("ad_account: ")
                .append(quoted(account.id()))
                .append('\n')
                .append("currency: ")
                .append(account.currency())
                .append('\n')
                .append(campaigns.isEmpty() ? "campaigns: []\n" : "campaigns:\n");
        for (Actual campaign : sorted(campaigns, "")) {
            export.entity(campaign, 2);
            List<Actual> groups = sorted(adGroups, campaign.id());
            export.text.append(groups.isEmpty() ? "" : "    ad_groups:\n");
            for (Actual group : groups) {
                export.entity(group, 6);
                List<Actual> own = sorted(ads, group.id());
                export.text.append(own.isEmpty() ? "" : "        ads:\n");
                own.forEach(ad -> export.entity(ad, 10));
            }
        }
        return export.text.toString();
    }

    private static List<Actual> sorted(List<Actual> all, String parentId) {
        return all.stream()
                .filter(each -> each.isLive() && each.parentId().equals(parentId))
                .sorted(BY_ID)
                .toList();
    }

    private void entity(Actual actual, int indent) {
        String begin = " ".repeat(indent);
        text.append(begin).append("- id: ").append(quoted(actual.id())).append('\n');
        for (Map.Entry<String, Object> value : actual.values().entrySet()) {
            String field = value.getKey();
            String written = written(field, value.getValue());
            boolean isDefault = written.equals("[]")
                    || (written.equals("false")
                            && (field.equals("performance_plus") || field.equals("budget_on_ad_groups")));
            if (!isDefault) {
                String key = written.equals(Wanted.OPEN_ENDED) ? "open_ended" : field;
                String shown = written.equals(Wanted.OPEN_ENDED) ? "true" : written;
                boolean isComment = field.equals("status") || !isPossible(actual, field, value.getValue());
                text.append(begin)
                        .append(isComment ? "  # " : "  ")
                        .append(key)
                        .append(": ")
                        .append(shown)
                        .append('\n');
            }
        }
    }

    private String written(String field, Object value) {
        if (value instanceof List<?> list) {
            UnaryOperator<String> word = switch (field) {
                case "include", "exclude" -> audiences;
                case "interests" -> interests;
                default -> UnaryOperator.identity();
            };
            return list.stream()
                    .map(each -> quoted(word.apply(each.toString())))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Boolean || value.equals(Wanted.OPEN_ENDED)) {
            return value.toString();
        }
        return switch (field) {
            case "status", "objective", "billable_event", "creative_type", "start", "end" ->
                value.toString().replaceAll("[^A-Za-z0-9_:.-]", "_");
            case "daily_budget", "lifetime_budget", "bid" -> quoted(money(value));
            default -> quoted(value.toString());
        };
    }

    private String money(Object value) {
        try {
            return Money.of(value.toString(), account.currency()).amount().toPlainString();
        } catch (AdsException e) {
            return value.toString(); // more digits than the currency has: it becomes a comment
        }
    }

    /** Returns whether a plan file can have a value: whether the reader takes it. */
    private boolean isPossible(Actual actual, String field, Object value) {
        if (field.equals("name")) {
            return !actual.name().isBlank() && actual.name().length() <= MAX_NAME;
        }
        if (field.startsWith("conversion_")
                && !(actual.values().containsKey("conversion_event")
                        && actual.values().containsKey("conversion_tag"))) {
            return false;
        }
        String line = value.equals(Wanted.OPEN_ENDED) ? "open_ended: true" : field + ": " + written(field, value);
        String other = field.equals("conversion_event") ? "conversion_tag: \"1\"" : "conversion_event: checkout";
        String item = "{id: \"1\", " + line + (field.startsWith("conversion_") ? ", " + other : "") + "}";
        String campaign = switch (actual.kind()) {
            case CAMPAIGN -> item;
            case AD_GROUP -> "{id: \"1\", ad_groups: [" + item + "]}";
            default -> "{id: \"1\", ad_groups: [{id: \"1\", ads: [" + item + "]}]}";
        };
        try {
            PlanReader.read(
                    "", "{ad_account: \"1\", currency: " + account.currency() + ", campaigns: [" + campaign + "]}");
            return true;
        } catch (PlanFileException e) {
            return false;
        }
    }

    /** Returns text in quotes. Characters that YAML cannot have become escapes. */
    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < 0x20
                    || (c >= 0x7f && c < 0xa0)
                    || c == 0x2028
                    || c == 0x2029
                    || c == 0xfeff
                    || (c >= 0xd800 && c < 0xe000)
                    || c == 0xfffe
                    || c == 0xffff) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
