// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

/** A file that cannot be read as a whole; the message names the cause and the cure, and no value. */
public final class UnusableFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableFile(String message) {
        super(message);
    }
}
