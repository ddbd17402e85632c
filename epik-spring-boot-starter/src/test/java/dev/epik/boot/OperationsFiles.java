// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The dashboard and the alert rules in docs/operations, and the queries in them. */
final class OperationsFiles {
    static final Path DOCS = Path.of(System.getProperty("epik.root", ".."), "docs");
    static final Path RULES = DOCS.resolve("operations/epik-alerts.yml");
    static final Path RULES_TEST = DOCS.resolve("operations/epik-alerts-test.yml");

    /** The time of each duration of rules and dashboard in a test that must not take hours. Only these may be used. */
    private static final Map<String, String> TIMES = Map.of(
            "2m", "2s", "5m", "2s", "10m", "20s", "1h", "10s", "2h", "10s", "6h", "20s", "1d", "30s", "7d", "60s");

    /** Limits that a test could not reach: 15 minutes, 2 hours, and 100 events. */
    private static final Map<String, String> LIMITS = Map.of("> 900", "> 5", "<= 7200", "<= 10", "> 100\n", "> 20\n");

    private static final Pattern TIME = Pattern.compile("(?<=\\[|offset |for: )\\d+[smhdw](?=\\b)");
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^ +expr: (?:\\|\\n((?: {10,}.*\\n)+)|(.*)\\n)");
    private static final Pattern SELECTOR = Pattern.compile("epik_\\w+(?:\\{[^}]*\\})?(\\[\\w+\\])?(?: offset \\w+)?");

    private OperationsFiles() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Json dashboard() {
        return Json.parse(read(DOCS.resolve("operations/epik-dashboard.json")));
    }

    /** Returns the rules with the times and limits of a test. */
    static String quickRules() {
        String rules = quick(read(RULES));
        for (Map.Entry<String, String> limit : LIMITS.entrySet()) {
            rules = replaced(rules, limit.getKey(), limit.getValue());
        }
        return rules;
    }

    private static String replaced(String text, String old, String replacement) {
        if (!text.contains(old)) {
            throw new AssertionError("The rules have no limit " + old);
        }
        return text.replace(old, replacement);
    }

    private static String quick(String text) {
        return TIME.matcher(text).replaceAll(time -> {
            String quick = TIMES.get(time.group());
            if (quick == null) {
                throw new AssertionError("The time " + time.group() + " has no time for the test");
            }
            return quick;
        });
    }

    static List<String> namesOfAlerts() {
        return Pattern.compile("- alert: (\\w+)")
                .matcher(read(RULES))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Returns the queries of the dashboard, for all applications and ad accounts, with the times of a test. */
    static Set<String> dashboardQueries() {
        Set<String> queries = new LinkedHashSet<>();
        for (Json panel : dashboard().at("panels").elements()) {
            for (Json target : panel.at("targets").elements()) {
                queries.add(quick(target.at("expr")
                        .text()
                        .replace("$__rate_interval", "5m")
                        .replace("$__range", "1h")
                        .replace("[5m]", "[10m]")
                        .replaceAll("\\$(?:job|account)\\b", ".*")));
            }
        }
        return queries;
    }

    /**
     * Returns the expressions of the rules without their limits, so that they have values while nothing is wrong. For
     * the same reason "unless" is "or", and a value is compared with itself by "==".
     */
    static Set<String> alertQueries() {
        Set<String> queries = new LinkedHashSet<>();
        Matcher expression = EXPRESSION.matcher(quickRules());
        while (expression.find()) {
            String text = Stream.of(expression.group(1), expression.group(2))
                    .filter(group -> group != null)
                    .findFirst()
                    .orElseThrow();
            queries.add(text.strip()
                    .replaceAll(" [<>]=? [\\d.]+", "")
                    .replace(" unless ", " or ")
                    .replaceAll(" != (?=epik)", " == "));
        }
        return queries;
    }

    /** Returns a query for each selector of a metric in a query, with its range and offset. */
    static Set<String> selectors(String query) {
        Set<String> selectors = new LinkedHashSet<>();
        for (MatchResult match : SELECTOR.matcher(query).results().toList()) {
            selectors.add(match.group(1) == null ? match.group() : "count_over_time(" + match.group() + ")");
        }
        return selectors;
    }
}
