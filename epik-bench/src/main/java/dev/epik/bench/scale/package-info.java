// SPDX-License-Identifier: Apache-2.0
/** A simulation of many ad accounts and many workers that read one Kafka topic. */
@NullMarked
package dev.epik.bench.scale;

import org.jspecify.annotations.NullMarked;
