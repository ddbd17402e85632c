// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;

/** The beginning of every factory of readers and writers. */
public final class Json {
    private Json() {}

    /** Without buffers in thread-locals: a container's threads would keep them, and the class loader of a stopped application. */
    public static JsonFactoryBuilder factory() {
        return new JsonFactoryBuilder().disable(JsonFactory.Feature.USE_THREAD_LOCAL_FOR_BUFFER_RECYCLING);
    }
}
