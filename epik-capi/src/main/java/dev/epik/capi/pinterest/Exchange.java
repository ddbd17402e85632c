// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpResponse;
import java.util.Optional;

/** How one HTTP exchange ended. */
sealed interface Exchange<T> {
    /** There is a whole answer, from Pinterest or a proxy. */
    record Answered<T>(HttpResponse<T> response) implements Exchange<T> {}

    /** There is no whole answer. */
    record Failed<T>(ExchangeFailure failure, ObservedBody sent) implements Exchange<T> {
        /**
         * Whether the server may have acted on the request all the same. The body of a request is asked for only after
         * the connection was made, so a body that was not asked for never left. May change from false to true while the
         * exchange is being aborted.
         */
        boolean mayHaveCounted() {
            return sent.isStarted() && !failure.isHandshake();
        }

        Reply.Pause pause() {
            String reason = "Pinterest cannot be reached: " + failure.reason() + ".";
            return new Reply.Pause(reason, Optional.empty(), false, 0, mayHaveCounted());
        }
    }
}
