// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.WriteOutcome;
import java.util.OptionalInt;

/** Makes the results of writes that were not made, or may have been made. Pure functions. */
final class WriteResults {
    private WriteResults() {}

    /** Returns the result of a write that was refused before the call. */
    static <E> WriteResult<E> refused(String message) {
        return new WriteResult.Rejected<>(OptionalInt.empty(), message, false);
    }

    /**
     * Returns the result of an outcome that is not {@link WriteOutcome.Written}.
     *
     * @param lookup where to look for what may have been written
     */
    static <E> WriteResult<E> notWritten(WriteOutcome outcome, String lookup) {
        return outcome instanceof WriteOutcome.Refused refused
                ? new WriteResult.Rejected<>(refused.code(), refused.message(), true)
                : new WriteResult.Unknown<>(((WriteOutcome.Unclear) outcome).reason()
                        + ". It may have been written. Do not repeat it: " + lookup);
    }
}
