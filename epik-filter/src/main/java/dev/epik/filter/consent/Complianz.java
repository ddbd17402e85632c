// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/** {@code cmplz_marketing} is {@code allow} or {@code deny}. */
record Complianz() implements ConsentPlatform {
    @Override
    public String name() {
        return "Complianz marketing";
    }

    @Override
    public String cure() {
        return "consent=cookie:cmplz_marketing=VALUE with the value of a yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "cmplz_marketing"), value -> switch (value) {
            case "allow" -> Answer.GRANTED;
            case "deny" -> Answer.DENIED;
            default -> Answer.UNREADABLE;
        });
    }
}
