// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.json.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML into a tree. It makes no objects, takes no aliases and no tags, and limits size and depth. Not
 * thread-safe.
 */
final class YamlReader {
    static final int MAX_CHARACTERS = 8_000_000;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_NODES = 500_000;

    private final ParserImpl parser;
    private int nodes;

    private YamlReader(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CHARACTERS)
                .setAllowDuplicateKeys(true) // they are reported with both lines
                .build();
        this.parser = new ParserImpl(settings, new StreamReader(settings, text));
    }

    /** A text that is no YAML, or YAML that a plan file cannot have. */
    static final class NotYaml extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        NotYaml(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** Returns the only document of a text. */
    static YamlNode read(String text) throws NotYaml {
        if (text.length() > MAX_CHARACTERS) {
            throw new NotYaml(1, "The file has over 8,000,000 characters: divide it");
        }
        try {
            return new YamlReader(text).document();
        } catch (MarkedYamlEngineException e) {
            int line =
                    e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
            throw new NotYaml(
                    line,
                    "This is not YAML: " + PrintableText.of(e.getProblem()).strip()
                            + ". Check indentation, colons and quotes of this line and the one before");
        } catch (YamlEngineException
                | NumberFormatException e) { // the second at an escape such as "\\x" without digits
            throw new NotYaml(1, "This is not YAML that can be read: it has characters that YAML does not allow");
        }
    }

    private YamlNode document() throws NotYaml {
        parser.next(); // the begin of the stream
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            throw new NotYaml(1, "The file is empty: write ad_account, currency and campaigns");
        }
        parser.next(); // the begin of the document
        YamlNode root = node(0);
        parser.next(); // the end of the document
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            throw new NotYaml(
                    line(parser.peekEvent()), "A second document begins: a plan is one document, without ---");
        }
        return root;
    }

    private YamlNode node(int depth) throws NotYaml {
        Event event = parser.next();
        int line = line(event);
        if (event.getEventId() == Event.ID.Alias) {
            throw new NotYaml(line, "Aliases (*name) are not possible: write the value");
        }
        Optional<String> tag = tag(event);
        if (tag.isPresent()) {
            throw new NotYaml(line, "Tags (!name) are not possible: write the plain value");
        }
        if (depth > MAX_DEPTH) {
            throw new NotYaml(line, "The lists are nested too deeply: a plan has 20 levels at most");
        }
        nodes++;
        if (nodes > MAX_NODES) {
            throw new NotYaml(line, "The file has over 500,000 values: divide it");
        }
        return switch (event.getEventId()) {
            case Scalar -> new YamlNode.Scalar(((ScalarEvent) event).getValue(), ((ScalarEvent) event).isPlain(), line);
            case SequenceStart -> {
                List<YamlNode> items = new ArrayList<>();
                while (!parser.checkEvent(Event.ID.SequenceEnd)) {
                    items.add(node(depth + 1));
                }
                parser.next();
                yield new YamlNode.Sequence(List.copyOf(items), line);
            }
            case MappingStart -> mapping(depth, line);
            default -> throw new NotYaml(line, "This is not YAML that a plan can have");
        };
    }

    private YamlNode mapping(int depth, int line) throws NotYaml {
        List<YamlNode.Entry> entries = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            YamlNode key = node(depth + 1);
            if (!(key instanceof YamlNode.Scalar word)) {
                throw new NotYaml(key.line(), "A key is a list or has keys itself: keys are words");
            }
            entries.add(new YamlNode.Entry(word.text(), word.line(), node(depth + 1)));
        }
        parser.next();
        return new YamlNode.Mapping(List.copyOf(entries), line);
    }

    private static Optional<String> tag(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return event instanceof org.snakeyaml.engine.v2.events.CollectionStartEvent collection
                ? collection.getTag()
                : Optional.empty();
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
