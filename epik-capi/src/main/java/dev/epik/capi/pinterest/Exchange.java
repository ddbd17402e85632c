// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpResponse;

/** How one HTTP exchange ended. */
sealed interface Exchange<T> {
    /** There is a complete answer, from Pinterest or a proxy. */
    record Answered<T>(HttpResponse<T> response) implements Exchange<T> {}

    /** There is no complete answer. */
    record Failed<T>(ExchangeFailure failure, ObservedBody sent) implements Exchange<T> {
        /**
         * Returns whether the server may have processed the request all the same. The HTTP client requests the body
         * only after it has connected, so a body that was not requested was not sent. The result may change from false
         * to true while the exchange is being aborted.
         */
        boolean mayHaveCounted() {
            return sent.isStarted() && !failure.isHandshake();
        }

        /** Returns the pause that follows from the failure. */
        Reply.Pause pause() {
            String reason = "Pinterest cannot be reached: " + failure.reason() + ".";
            return mayHaveCounted() ? Reply.Pause.noAnswer(reason) : Reply.Pause.notConnected(reason);
        }
    }
}
