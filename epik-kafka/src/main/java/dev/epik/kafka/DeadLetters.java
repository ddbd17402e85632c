// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import java.util.List;

/** The dead letters of all workers. Thread-safe. */
interface DeadLetters {
    /** Returns the newest dead letters, the newest first. */
    List<DeadLetter> newest(String adAccount, int max);

    /** Makes dead letters wait again. */
    RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope);
}
