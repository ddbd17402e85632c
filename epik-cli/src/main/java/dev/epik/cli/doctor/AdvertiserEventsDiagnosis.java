// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares the advertiser-defined events that the user named with those at Pinterest. Pure functions. */
public final class AdvertiserEventsDiagnosis {
    private static final String CHECK = "event names";

    private AdvertiserEventsDiagnosis() {}

    /**
     * Returns the findings. Names are compared without regard to case, as Pinterest does.
     *
     * @param answer the list at Pinterest
     * @param named the names that the user gave
     */
    public static List<Finding> of(Answer answer, List<String> named) {
        Set<String> ours = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        named.stream().map(String::strip).filter(name -> !name.isEmpty()).forEach(ours::add);
        Object items = answer.json().orElse("") instanceof Map<?, ?> list ? list.get("items") : null;
        if (items == null) {
            return List.of(
                    Finding.skip(CHECK, "advertiser-defined events: not compared with Pinterest: " + answer.problem()));
        }
        Map<String, String> theirs = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Map<?, ?> item : Answer.objects(items)) {
            String type = Answer.words(item, "mapped_conversion_type");
            String name = Answer.words(item, "name");
            if (!name.isEmpty()) {
                theirs.put(name, type.isEmpty() ? "not mapped" : "mapped to " + type);
            }
        }
        return compare(ours, theirs);
    }

    private static List<Finding> compare(Set<String> ours, Map<String, String> theirs) {
        List<Finding> findings = new ArrayList<>();
        for (String name : ours) {
            findings.add(
                    theirs.containsKey(name)
                            ? Finding.ok(CHECK, name + " is defined at Pinterest, " + theirs.get(name))
                            : Finding.fail(
                                    CHECK,
                                    Answer.words(name) + " is not defined at Pinterest: events of this name are not"
                                            + " counted until you define it there, or correct the name"));
        }
        String others = theirs.entrySet().stream()
                .filter(each -> !ours.contains(each.getKey()))
                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            findings.add(Finding.ok(
                    CHECK, "Pinterest also has " + others + ": to submit such events, name them in your settings"));
        }
        return findings;
    }
}
