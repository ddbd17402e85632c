// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/**
 * {@code usprivacy} has four characters: version 1, notice given, opted out of the sale of data, and a contract. Each
 * of the last three is {@code Y}, {@code N}, or {@code -} if the law does not apply. iubenda wraps them in JSON.
 */
record UsPrivacy() implements ConsentPlatform {
    @Override
    public String name() {
        return "usprivacy";
    }

    @Override
    public String cure() {
        return "consent=cookie:usprivacy~TEXT with the text of a yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "usprivacy"), UsPrivacy::read);
    }

    private static Answer read(String value) {
        String decoded = Escapes.decode(value);
        String text = decoded.startsWith("{") ? JsonField.of(decoded, "uspString") : decoded;
        return switch (text.length() < 4 || text.charAt(0) != '1' ? 0 : text.charAt(2)) {
            case 'Y', 'y' -> Answer.DENIED;
            case 'N', 'n', '-' -> Answer.GRANTED;
            default -> Answer.UNREADABLE;
        };
    }
}
