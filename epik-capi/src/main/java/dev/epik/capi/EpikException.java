// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * A wrong configuration or a wrong call, found where it was made. Its message names the setting and the cure. What happens
 * to events is never an exception: see {@link Submission} and {@link dev.epik.capi.pinterest.Outcome}.
 */
public final class EpikException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EpikException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
