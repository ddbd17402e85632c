// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/** {@code osano_consentmanager} is encrypted, so only Osano's own script knows the answer. */
record Osano() implements ConsentPlatform {
    @Override
    public String name() {
        return "Osano";
    }

    @Override
    public String cure() {
        return "consent=required, and load epik.consent.js, which asks Osano itself";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return CookiePairs.beginningWith(cookies, "osano_consentmanager").isEmpty() ? null : Answer.UNREADABLE;
    }
}
