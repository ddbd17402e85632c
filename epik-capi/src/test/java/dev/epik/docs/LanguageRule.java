// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.util.regex.Pattern;

/**
 * What the language check counts. CONTRIBUTING explains the rules. <b>All budgets are here</b>: a count over its budget
 * fails the build. Lower a budget when the count falls, until it is zero.
 */
enum LanguageRule {
    IS_NONE(0, Where.COMMENTS_AND_DOCUMENTS, "(?<![Tt]here )\\b(?:is|are) none\\b", "invalid, or has no …"),
    SEVERAL_THREADS(0, Where.COMMENTS_AND_DOCUMENTS, "(?i)\\bfor several threads\\b", "not thread-safe"),
    NOBODY(
            10,
            Where.COMMENTS_AND_DOCUMENTS,
            "(?i)\\b(?:somebody|nobody|whoever|everybody|anybody)\\b",
            "the caller, another process, the writer thread, …"),
    WHERE(11, Where.COMMENTS_AND_DOCUMENTS, ", where |(?:^|[.:;(] |\\* )Where ", "if, or when"),
    ELSE(
            7,
            Where.COMMENTS_AND_DOCUMENTS,
            "(?<!\\b(?:something|anything|everything|nothing|what|who|someone|anyone|no one|everyone|all|if|and)"
                    + " )\\b[Ee]lse\\b(?! (?:if|branch)\\b)",
            "otherwise"),
    SO_MANY(2, Where.COMMENTS_AND_DOCUMENTS, "\\b(?:for so long|so many|so much)\\b", "up to n, or for the given time"),
    FOR_EVER(2, Where.COMMENTS_AND_DOCUMENTS, "(?i)\\bfor ever\\b", "forever"),
    METAPHOR(
            2,
            Where.COMMENTS_AND_DOCUMENTS,
            "(?i)\\b(?:guests?|furniture|twins?|hurry|hurried|culprits?|strangers?|hearsay|chores?)\\b",
            "the term of the glossary"),
    SAYS(38, Where.COMMENTS, "\\b(?:says|said|tells|told)\\b", "returns, logs, reports, throws"),
    RELATIVE_CLAUSE(53, Where.COMMENTS, "/\\*\\* (?:What|Of|Where|Who|By|That)\\b", "a verb, or a noun phrase"),
    SUPERLATIVE(
            20,
            Where.CODE,
            "\\b(?:MOST|LONGEST|SHORTEST|FEWEST|DEEPEST|LARGEST|SMALLEST)(?:_[A-Z_]+)?\\b",
            "MAX_…, MIN_…"),
    CATCH_VARIABLE(
            19, Where.CODE, "\\bcatch \\((?:final )?[\\w.| ]+ (?!e\\d?\\)|ignored\\d?\\))\\w+\\)", "e, or ignored"),
    LONG_LINE(5, Where.LINES, "^.{121,}$", "at most 120 characters");

    /** The part of a file in which a rule holds. */
    enum Where {
        COMMENTS,
        COMMENTS_AND_DOCUMENTS,
        CODE,
        LINES
    }

    final int budget;
    final Where where;
    final Pattern pattern;
    final String instead;

    LanguageRule(int budget, Where where, String pattern, String instead) {
        this.budget = budget;
        this.where = where;
        this.pattern = Pattern.compile(pattern);
        this.instead = instead;
    }
}
