// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

/** What the operator said cannot be done; the message says what can. */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
        super(message);
    }
}
