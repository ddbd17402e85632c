// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.capi.EpikException;

/**
 * A value or a setting that cannot be used, or a read that failed. A write never throws it after the request was sent:
 * see {@link WriteResult}. The message names the value and the cure, and holds no personal data.
 */
public final class AdsException extends EpikException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public AdsException(String message) {
        super(message);
    }
}
