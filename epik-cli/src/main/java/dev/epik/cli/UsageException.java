// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

/** An invalid option or argument. The message names it and the cure. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
