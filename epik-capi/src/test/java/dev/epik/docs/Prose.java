// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.util.ArrayList;
import java.util.List;

/** Separates a source file into its comments and its code. Keeps the line numbers of both. */
final class Prose {
    private enum In {
        CODE,
        LINE_COMMENT,
        COMMENT,
        STRING,
        TEXT_BLOCK,
        CHARACTER
    }

    private Prose() {}

    /**
     * The two halves of a source.
     *
     * @param comments the text of all comments; everything else is blank
     * @param code everything else; comments and the contents of strings are blank
     */
    record Parts(List<String> comments, List<String> code) {}

    /** Separates Java or JavaScript. A regular expression literal of JavaScript counts as code. */
    static Parts of(String source) {
        StringBuilder comments = new StringBuilder();
        StringBuilder code = new StringBuilder();
        In in = In.CODE;
        for (int at = 0; at < source.length(); at++) {
            char c = source.charAt(at);
            if (c == '\n') {
                in = in == In.COMMENT || in == In.TEXT_BLOCK ? in : In.CODE;
                comments.append(c);
                code.append(c);
                continue;
            }
            In before = in;
            int taken = 1;
            if (in == In.CODE) {
                in = opened(source, at);
                taken = in == In.TEXT_BLOCK ? 3 : in == In.COMMENT || in == In.LINE_COMMENT ? 2 : 1;
            } else if ((in == In.STRING || in == In.TEXT_BLOCK || in == In.CHARACTER) && c == '\\') {
                taken = at + 1 < source.length() && source.charAt(at + 1) != '\n' ? 2 : 1;
            } else if (isEnd(in, source, at)) {
                taken = in == In.TEXT_BLOCK ? 3 : in == In.COMMENT ? 2 : 1;
                in = In.CODE;
            }
            boolean isComment = before == In.LINE_COMMENT || before == In.COMMENT;
            boolean isCode = before == In.CODE && in == In.CODE;
            for (int i = 0; i < taken; i++) {
                comments.append(isComment ? source.charAt(at + i) : ' ');
                code.append(isCode ? source.charAt(at + i) : ' ');
            }
            at += taken - 1;
        }
        return new Parts(lines(comments), lines(code));
    }

    private static In opened(String source, int at) {
        if (source.startsWith("//", at)) {
            return In.LINE_COMMENT;
        } else if (source.startsWith("/*", at)) {
            return In.COMMENT;
        } else if (source.startsWith("\"\"\"", at)) {
            return In.TEXT_BLOCK;
        } else if (source.charAt(at) == '"') {
            return In.STRING;
        }
        return source.charAt(at) == '\'' ? In.CHARACTER : In.CODE;
    }

    private static boolean isEnd(In in, String source, int at) {
        return switch (in) {
            case COMMENT -> source.startsWith("*/", at);
            case TEXT_BLOCK -> source.startsWith("\"\"\"", at);
            case STRING -> source.charAt(at) == '"';
            case CHARACTER -> source.charAt(at) == '\'';
            default -> false;
        };
    }

    /** Returns the lines of a document that are prose: code blocks are blank. */
    static List<String> ofDocument(String markdown) {
        List<String> lines = new ArrayList<>();
        boolean inBlock = false;
        for (String line : markdown.lines().toList()) {
            boolean isFence = line.startsWith("```");
            lines.add(inBlock || isFence ? "" : line.replaceAll("`[^`]*`", "``"));
            inBlock ^= isFence;
        }
        return lines;
    }

    private static List<String> lines(StringBuilder text) {
        return text.toString().lines().toList();
    }
}
