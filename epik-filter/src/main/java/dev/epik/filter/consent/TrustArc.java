// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * TrustArc stores the levels that the visitor accepted. Level 2 is advertising. {@code notice_gdpr_prefs} lists all
 * levels, {@code notice_preferences} the highest one, and {@code cmapi_cookie_privacy} lists them counted from 1:
 * {@code permit 1,2,3}. {@code notice_behavior} is written when the page loads: {@code expressed,eu} means that the
 * banner needs an answer.
 */
record TrustArc() implements ConsentPlatform {
    private static final Pattern LEVELS = Pattern.compile("(?<levels>\\d(?:[,|]\\d)*)(?::.*)?");
    private static final Pattern PERMIT = Pattern.compile("permit[ _+](?<levels>\\d(?:[,|]\\d)*)(?:[ _+]required)?");

    @Override
    public String name() {
        return "TrustArc advertising";
    }

    @Override
    public String cure() {
        return "consent=cookie:notice_preferences~TEXT with the text of a yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        Answer listed = answer(cookies, "notice_gdpr_prefs", LEVELS, level -> level == 2);
        Answer highest = answer(cookies, "notice_preferences", LEVELS, level -> level >= 2);
        Answer permitted = answer(cookies, "cmapi_cookie_privacy", PERMIT, level -> level == 3);
        Answer stored = Answer.stricter(Answer.stricter(listed, highest), permitted);
        return stored == null ? beforeAnswer(cookies) : stored;
    }

    private static @Nullable Answer answer(String cookies, String name, Pattern form, IntPredicate isAdvertising) {
        return Answer.strictest(CookiePairs.all(cookies, name), value -> {
            Matcher matcher = form.matcher(Escapes.decode(value));
            if (!matcher.matches()) {
                return Answer.UNREADABLE;
            }
            boolean accepted = matcher.group("levels").chars().map(c -> c - '0').anyMatch(isAdvertising);
            return accepted ? Answer.GRANTED : Answer.DENIED;
        });
    }

    /** Returns null where TrustArc itself takes silence for a yes ({@code implied}) or shows no banner. */
    private static @Nullable Answer beforeAnswer(String cookies) {
        return CookiePairs.all(cookies, "notice_behavior").stream().anyMatch(value -> value.startsWith("expressed"))
                ? Answer.OPEN
                : null;
    }
}
