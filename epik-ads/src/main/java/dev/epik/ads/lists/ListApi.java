// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.http.WriteOutcome;
import dev.epik.ads.json.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pinterest's customer lists, as a run needs them. */
public interface ListApi {
    /** Returns the list with an id; empty if there is none. */
    Optional<Fields> find(String id);

    /** Returns all lists of a name. */
    List<Fields> named(String name);

    /** Creates a list. It is not repeated if it may have been processed. */
    WriteOutcome create(Map<String, Object> body, int rows);

    /** Adds rows to a list or removes rows from it. It is repeated, because that changes nothing. */
    WriteOutcome change(String id, Map<String, Object> body, int rows);
}
