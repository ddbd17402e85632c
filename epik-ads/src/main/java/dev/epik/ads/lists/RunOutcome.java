// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.json.Fields;
import java.util.OptionalInt;

/** How a run ended. */
public sealed interface RunOutcome {
    /** The list has the rows. */
    record Done(Fields list, RunCounts counts) implements RunOutcome {}

    /** The run was refused: before anything was sent, or by Pinterest. */
    record Refused(OptionalInt code, String message, boolean isSent) implements RunOutcome {
        static Refused before(String message) {
            return new Refused(OptionalInt.empty(), message, false);
        }
    }

    /** Rows may have been sent whose answer is not known. The next run settles it. */
    record Unclear(String message) implements RunOutcome {}
}
