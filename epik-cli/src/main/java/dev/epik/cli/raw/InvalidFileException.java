// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

/** Thrown if no row of a file can be read. The message names cause and cure, and quotes no value. */
public final class InvalidFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidFileException(String message) {
        super(message);
    }
}
