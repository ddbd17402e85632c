// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** The names of all properties {@code epik.*}, and the one that a misspelt name stands for. Pure functions. */
final class PropertyNames {
    private static final String ACCOUNTS = "accounts";

    private static final List<String> OF_ACCOUNT = names(EpikProperties.Account.class);
    private static final List<String> TOP = names(EpikProperties.class);
    private static final Map<String, List<String>> GROUPS = new TreeMap<>(Map.of(
            "delivery", names(EpikDeliveryProperties.class),
            "filter", names(EpikFilterProperties.class),
            "health", names(EpikHealthProperties.class),
            "kafka", names(EpikKafkaProperties.class),
            "oauth", names(EpikOAuthProperties.class),
            "outbox", names(EpikOutboxProperties.class),
            "page-events", names(EpikPageEventsProperties.class),
            "visit", names(EpikVisitProperties.class)));

    private PropertyNames() {}

    /**
     * An unknown property.
     *
     * @param meant the property that is probably meant; empty if none is similar
     * @param isInGroup whether it belongs to a group of ours, so that it can be no property of the application
     */
    record Unknown(String meant, boolean isInGroup) {}

    private static List<String> names(Class<?> properties) {
        return Arrays.stream(properties.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Returns whether the starter has properties with this prefix. */
    static boolean isOurs(ConfigurationPropertyName prefix) {
        return prefix.getNumberOfElements() == 1 || check(prefix).isEmpty();
    }

    /** Returns what is wrong with a property below {@code epik}; empty if there is such a property. */
    static Optional<Unknown> check(ConfigurationPropertyName name) {
        String first = name.getElement(1, Form.UNIFORM);
        int last = name.getNumberOfElements() - 1;
        if (first.equals(ACCOUNTS)) {
            String prefix = ACCOUNTS + "." + name.getElement(Math.min(2, last), Form.ORIGINAL) + ".";
            return last < 3 ? Optional.empty() : check(name.getElement(3, Form.UNIFORM), OF_ACCOUNT, prefix);
        }
        for (Map.Entry<String, List<String>> group : GROUPS.entrySet()) {
            if (uniform(group.getKey()).equals(first)) {
                return last < 2
                        ? Optional.empty()
                        : check(name.getElement(2, Form.UNIFORM), group.getValue(), group.getKey() + ".");
            }
        }
        if (TOP.stream().anyMatch(known -> uniform(known).equals(first))) {
            return Optional.empty();
        }
        String meant = Stream.concat(TOP.stream(), GROUPS.keySet().stream())
                .filter(known -> isSimilar(first, uniform(known)))
                .min(Comparator.comparing(known -> distance(first, uniform(known))))
                .or(() -> GROUPS.entrySet().stream()
                        .flatMap(each -> each.getValue().stream()
                                .filter(known -> uniform(known).equals(first))
                                .map(known -> each.getKey() + "." + known))
                        .findFirst())
                .map(known -> "epik." + known)
                .orElse("");
        return Optional.of(new Unknown(meant, false));
    }

    private static Optional<Unknown> check(String name, List<String> group, String prefix) {
        if (group.stream().anyMatch(known -> uniform(known).equals(name))) {
            return Optional.empty();
        }
        String meant = group.stream()
                .filter(known -> isSimilar(name, uniform(known)))
                .min(Comparator.comparing(known -> distance(name, uniform(known))))
                .map(known -> "epik." + prefix + known)
                .orElseGet(() -> "one of epik." + prefix + new TreeSet<>(group));
        return Optional.of(new Unknown(meant, true));
    }

    private static String uniform(String name) {
        return name.replace("-", "");
    }

    private static boolean isSimilar(String name, String known) {
        return distance(name, known) <= 1 + name.length() / 4
                || (name.length() >= 5 && known.contains(name))
                || (known.length() >= 5 && name.contains(known));
    }

    /** Returns how many characters must be inserted, removed or replaced to turn one into the other. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
