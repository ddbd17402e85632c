// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import dev.epik.ads.json.Fields;
import java.util.OptionalInt;

/** The meaning of the answer to a write, for one of its items. */
public sealed interface WriteOutcome {
    /** It was written. The data may be incomplete, so read it back. */
    record Written(Fields data) implements WriteOutcome {}

    /** It was not written. */
    record Refused(OptionalInt code, String message) implements WriteOutcome {}

    /** It may have been written. */
    record Unclear(String reason) implements WriteOutcome {}
}
