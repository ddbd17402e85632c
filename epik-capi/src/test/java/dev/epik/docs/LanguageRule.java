// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.util.regex.Pattern;

/** The rules of the language check. CONTRIBUTING explains them. A match fails the build. */
enum LanguageRule {
    IS_NONE(Where.COMMENTS_AND_DOCUMENTS, "(?<![Tt]here )\\b(?:is|are) none\\b", "invalid, or has no …"),
    SEVERAL_THREADS(Where.COMMENTS_AND_DOCUMENTS, "(?i)\\bfor several threads\\b", "not thread-safe"),
    NOBODY(
            Where.COMMENTS_AND_DOCUMENTS,
            "(?i)\\b(?:somebody|nobody|whoever|everybody|anybody)\\b",
            "the caller, another process, the writer thread, …"),
    WHERE(Where.COMMENTS_AND_DOCUMENTS, ", where |(?:^|[.:;(] |\\* )Where ", "if, or when"),
    FREE_RELATIVE(
            Where.COMMENTS_AND_DOCUMENTS,
            "(?:^|[.] |\\* )(?:What(?! is\\b| does\\b| happens\\b| to\\b)|Whatever|Whichever) ",
            "a noun as the subject"),
    ELSE(
            Where.COMMENTS_AND_DOCUMENTS,
            "(?i)(?<!\\b(?:(?:some|any|every|no)(?:thing|one|where)|all|what|who|if|and) )\\belse\\b(?! (?:if|branch)\\b)",
            "otherwise"),
    SO_MANY(Where.COMMENTS_AND_DOCUMENTS, "\\b(?:for so long|so many|so much)\\b", "up to n, or for the given time"),
    FOR_EVER(Where.COMMENTS_AND_DOCUMENTS, "(?i)\\bfor ever\\b", "forever"),
    METAPHOR(
            Where.COMMENTS_AND_DOCUMENTS,
            "(?i)\\b(?:guests?|furniture|twins?|hurry|hurried|culprits?|strangers?|hearsay|chores?)\\b",
            "the term of the glossary"),
    SAYS(Where.COMMENTS, "\\b(?:says|said|tells|told)\\b", "returns, logs, reports, throws"),
    RELATIVE_CLAUSE(Where.COMMENTS, "/\\*\\* (?:What|Of|Where|Who|By|That)\\b", "a verb, or a noun phrase"),
    METHOD_COMMENT(
            Where.METHODS,
            "^/\\*\\* (?!@|(?!(?:This|As|Its|Is|Has|Was|Always|Unless) )[A-Z][a-z]+s\\b)",
            "a third-person verb"),
    SUPERLATIVE(
            Where.CODE, "\\b(?:MOST|LONGEST|SHORTEST|FEWEST|DEEPEST|LARGEST|SMALLEST)(?:_[A-Z_]+)?\\b", "MAX_…, MIN_…"),
    CATCH_VARIABLE(Where.CODE, "\\bcatch \\((?:final )?[\\w.| ]+ (?!e\\d?\\)|ignored\\d?\\))\\w+\\)", "e, or ignored"),
    NAME(
            Where.CODE,
            "\\b(?:says|tells|told|nobody|somebody|whoever|stranger|hurried)\\b"
                    + "|\\b[a-z]\\w*(?:Nobody|Somebody|Whoever|Whatever|Told)(?![a-z])"
                    + "|\\bvoid (?:what|who|whoever|whatever|where)[A-Z]\\w*\\(",
            "a plain name"),
    LONG_LINE(Where.LINES, "^.{121,}$", "at most 120 characters");

    /** The part of a file in which a rule holds. */
    enum Where {
        COMMENTS,
        COMMENTS_AND_DOCUMENTS,
        /** The first line of the Javadoc of each method that is neither a test nor an override. */
        METHODS,
        CODE,
        LINES
    }

    final Where where;
    final Pattern pattern;
    final String instead;

    LanguageRule(Where where, String pattern, String instead) {
        this.where = where;
        this.pattern = Pattern.compile(pattern);
        this.instead = instead;
    }
}
