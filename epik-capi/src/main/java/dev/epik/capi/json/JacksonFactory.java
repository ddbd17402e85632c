// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;

/** Creates the factories of Jackson's parsers and generators for all of this library. */
public final class JacksonFactory {
    private JacksonFactory() {}

    /**
     * Returns a builder of factories that keep no buffers in thread-locals. The threads of a container would keep those
     * after the application has stopped, and with them its class loader.
     */
    public static JsonFactoryBuilder builder() {
        return new JsonFactoryBuilder().disable(JsonFactory.Feature.USE_THREAD_LOCAL_FOR_BUFFER_RECYCLING);
    }
}
