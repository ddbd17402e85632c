// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;

/**
 * Changes the client that the starter opens, for settings that have no property, such as
 * {@link EpikClient.Builder#httpClient}. Every bean of this type is called once, after the properties were applied.
 */
@FunctionalInterface
public interface EpikClientCustomizer {
    /** Changes the settings of the client. Must not open it. */
    void customize(EpikClient.Builder client);
}
