// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.pinterest.AdAccount;
import java.util.Optional;

/**
 * Looks an ad account up by its id, for platforms whose ad accounts are not known when the client is opened. Must be
 * thread-safe. It is asked by the delivery thread, so it must return quickly; an answer "unknown" is remembered for 10
 * minutes.
 */
@FunctionalInterface
public interface AdAccountSource {
    /**
     * Returns the ad account with this id.
     *
     * @return empty if it is unknown: its events wait
     */
    Optional<AdAccount> byId(String adAccountId);
}
