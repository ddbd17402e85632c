// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikException;
import java.util.function.Supplier;

/** A wrong or missing setting. Fails the start with one short message, see {@link SettingFailureAnalyzer}. */
final class SettingException extends EpikException {
    private static final long serialVersionUID = 1L;

    private final String description;
    private final String action;

    /**
     * Creates the exception.
     *
     * @param description the setting, its value unless it is secret, and what is wrong
     * @param action the cure
     */
    SettingException(String description, String action) {
        super(description + ". " + action);
        this.description = description;
        this.action = action;
    }

    /** Returns what the code returns, and names the setting if it throws an exception of ours. */
    static <T> T check(String setting, Supplier<T> code) {
        try {
            return code.get();
        } catch (SettingException e) {
            throw e;
        } catch (EpikException e) {
            throw new SettingException(
                    "The setting " + setting + " is invalid: " + e.getMessage(), "Correct " + setting);
        }
    }

    String description() {
        return description;
    }

    String action() {
        return action;
    }
}
