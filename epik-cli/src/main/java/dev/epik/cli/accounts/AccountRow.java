// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.accounts;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource;
import java.nio.file.Path;

/**
 * A line of the file: an ad account, and the place of its token. Immutable.
 *
 * @param adAccount 1 to 18 digits
 * @param isVariable whether the place is the name of an environment variable, otherwise it is a file
 * @param place the name, or the path, which may be relative to the directory of the accounts file
 */
record AccountRow(String adAccount, boolean isVariable, String place) {
    /** Returns the source of the token. Reads a variable now, a file for every request. */
    TokenSource tokens(Path directory) {
        return isVariable
                ? AccessToken.fromEnvironment(place)
                : AccessToken.fromFile(directory.resolve(place).normalize());
    }
}
