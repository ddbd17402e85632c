// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.jspecify.annotations.Nullable;

/** Asks the beans for a connection to Kafka. */
@FunctionalInterface
interface KafkaConnectionSource {
    /** Returns the connection of the beans; null if there is none beside the properties. */
    @Nullable
    KafkaConnection find();
}
