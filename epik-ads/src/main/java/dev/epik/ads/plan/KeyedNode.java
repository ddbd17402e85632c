// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static dev.epik.ads.plan.Mistakes.quoted;

import dev.epik.ads.AdsException;
import dev.epik.ads.Money;
import dev.epik.ads.rules.SimilarNames;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Keys with values of a plan file, which are read one by one. A value that is not valid is added to the mistakes, and
 * counts as absent. Not thread-safe.
 */
final class KeyedNode {
    private static final int MAX_LIST = 1000;

    private final Mistakes mistakes;
    private final String path;
    private final int line;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();

    /**
     * @param path where it stands, such as {@code campaigns[1]}; empty for the whole file
     * @param what the word for people, such as {@code a campaign}
     * @param known the possible keys
     */
    KeyedNode(YamlNode.Mapping node, String path, String what, List<String> known, Mistakes mistakes) {
        this.mistakes = mistakes;
        this.path = path;
        this.line = node.line();
        for (YamlNode.Entry entry : node.entries()) {
            YamlNode.Entry first = entries.get(entry.key());
            if (first != null) {
                mistakes.add(
                        entry.line(),
                        at(entry.key()),
                        "is there twice, first in line " + first.line() + ": delete one of them");
            } else if (known.contains(entry.key())) {
                entries.put(entry.key(), entry);
            } else {
                mistakes.add(
                        entry.line(),
                        at(quotedIfOdd(entry.key())),
                        "is not a key of " + what + meant(entry.key(), known));
            }
        }
    }

    private static String quotedIfOdd(String key) {
        return key.matches("[A-Za-z0-9_-]{1,40}") ? key : quoted(key);
    }

    private static String meant(String word, List<String> known) {
        List<String> similar = SimilarNames.to(word, known);
        return similar.isEmpty()
                ? ". The keys are " + String.join(", ", known)
                : ": is it " + String.join(" or ", similar) + "?";
    }

    int line() {
        return line;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Adds a mistake at the line of a key; at the line of the whole if it is missing. */
    void wrong(String key, String message) {
        YamlNode.Entry entry = entries.get(key);
        mistakes.add(entry == null ? line : entry.line(), at(key), message);
    }

    /** Returns the text of a key, whether it is valid or not; empty text if there is none. */
    String rawText(String key) {
        YamlNode.Entry entry = entries.get(key);
        return entry != null && entry.value() instanceof YamlNode.Scalar scalar ? scalar.text() : "";
    }

    private Optional<YamlNode.Scalar> scalar(String key, String example) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof YamlNode.Scalar scalar)) {
            wrong(key, "is a list or has keys, and needs a single value such as " + example);
            return Optional.empty();
        }
        if (scalar.isNull()) {
            wrong(key, "has no value: write one such as " + example + ", or delete the line");
            return Optional.empty();
        }
        return Optional.of(scalar);
    }

    /** Returns text of 1 to {@code max} characters. */
    Optional<String> text(String key, int max, String example) {
        Optional<String> text = scalar(key, example).map(YamlNode.Scalar::text);
        if (text.isPresent() && (text.get().isBlank() || text.get().length() > max)) {
            wrong(
                    key,
                    text.get().isBlank()
                            ? "is empty: write one such as " + example
                            : "has " + text.get().length() + " characters: at most " + max + " are possible");
            return Optional.empty();
        }
        return text;
    }

    /** Returns text of a pattern. */
    Optional<String> matching(String key, Pattern pattern, String cure, String example) {
        Optional<String> text = scalar(key, example).map(YamlNode.Scalar::text);
        if (text.isPresent() && !pattern.matcher(text.get()).matches()) {
            wrong(key, quoted(text.get()) + " " + cure);
            return Optional.empty();
        }
        return text;
    }

    /** Returns one of some words. */
    Optional<String> word(String key, List<String> words) {
        Optional<String> text = scalar(key, words.get(0)).map(YamlNode.Scalar::text);
        if (text.isPresent() && !words.contains(text.get())) {
            List<String> similar = SimilarNames.to(text.get(), words);
            wrong(
                    key,
                    quoted(text.get()) + " is not possible: "
                            + (similar.size() == 1 ? "is it " + similar.get(0) + "?" : "use " + oneOf(words)));
            return Optional.empty();
        }
        return text;
    }

    private static String oneOf(List<String> words) {
        int last = words.size() - 1;
        return last == 0 ? words.get(0) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    Optional<Boolean> flag(String key) {
        Optional<YamlNode.Scalar> scalar = scalar(key, "true");
        if (scalar.isEmpty()) {
            return Optional.empty();
        }
        String text = scalar.get().text();
        if (!scalar.get().isPlain() || !(text.equals("true") || text.equals("false"))) {
            wrong(key, quoted(text) + " is neither true nor false: write one of them, without quotes");
            return Optional.empty();
        }
        return Optional.of(text.equals("true"));
    }

    OptionalInt number(String key, int min, int max) {
        Optional<String> text = scalar(key, "" + min).map(YamlNode.Scalar::text);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int number = text.get().matches("[0-9]{1,6}") ? Integer.parseInt(text.get()) : -1;
        if (number < min || number > max) {
            wrong(key, quoted(text.get()) + " is not a whole number from " + min + " to " + max);
            return OptionalInt.empty();
        }
        return OptionalInt.of(number);
    }

    /** Returns an amount. Its digits are read as they stand in the file. */
    Optional<Money> money(String key, String currency) {
        Optional<String> text = scalar(key, "\"25.00\"").map(YamlNode.Scalar::text);
        try {
            return text.map(amount -> Money.of(amount, currency));
        } catch (AdsException e) {
            wrong(key, quoted(text.orElse("")) + " is not possible. " + e.getMessage());
            return Optional.empty();
        }
    }

    Optional<Instant> time(String key) {
        Optional<String> text = scalar(key, "2026-12-01T00:00:00Z").map(YamlNode.Scalar::text);
        try {
            return text.map(time -> OffsetDateTime.parse(time).toInstant().truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeException e) {
            wrong(
                    key,
                    quoted(text.orElse("")) + " is not a time with a zone:"
                            + " write it as 2026-12-01T00:00:00Z or 2026-12-01T01:00:00+01:00");
            return Optional.empty();
        }
    }

    /** Returns a list of different texts; empty if the key is missing. */
    Optional<List<String>> texts(String key, Pattern pattern, String cure, String example) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof YamlNode.Sequence list)) {
            wrong(key, "is not a list: write it in brackets, such as " + example);
            return Optional.empty();
        }
        if (list.items().size() > MAX_LIST) {
            wrong(key, "has over 1,000 values: leave some out");
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (YamlNode item : list.items()) {
            if (!(item instanceof YamlNode.Scalar scalar) || scalar.isNull()) {
                mistakes.add(item.line(), at(key), "has a value that is not text: write it as " + example);
            } else if (!pattern.matcher(scalar.text()).matches()) {
                mistakes.add(item.line(), at(key), quoted(scalar.text()) + " " + cure);
            } else if (texts.contains(scalar.text())) {
                mistakes.add(item.line(), at(key), quoted(scalar.text()) + " is there twice: delete one of them");
            } else {
                texts.add(scalar.text());
            }
        }
        return Optional.of(List.copyOf(texts));
    }

    boolean isEmptyList(String key) {
        YamlNode.Entry entry = entries.get(key);
        return entry != null
                && entry.value() instanceof YamlNode.Sequence list
                && list.items().isEmpty();
    }

    /** Returns the items of a list of things with keys, each with its place; empty if the key is missing. */
    List<KeyedNode> children(String key, String what, List<String> known) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return List.of();
        }
        if (!(entry.value() instanceof YamlNode.Sequence list)) {
            wrong(key, "is not a list: begin each of its items with \"- \"");
            return List.of();
        }
        List<KeyedNode> children = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            String place = at(key) + "[" + (i + 1) + "]";
            if (list.items().get(i) instanceof YamlNode.Mapping mapping) {
                children.add(new KeyedNode(mapping, place, what, known, mistakes));
            } else {
                mistakes.add(
                        list.items().get(i).line(), place, "is not " + what + ": write its keys, such as \"name: …\"");
            }
        }
        return children;
    }

    /** Returns a value with keys; empty if it is missing. */
    Optional<KeyedNode> child(String key, String what, List<String> known) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof YamlNode.Mapping mapping)) {
            wrong(key, "has no keys: write " + what + " as {" + known.get(0) + ": …}");
            return Optional.empty();
        }
        return Optional.of(new KeyedNode(mapping, at(key), what, known, mistakes));
    }

    String path() {
        return path;
    }
}
