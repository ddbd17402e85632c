// SPDX-License-Identifier: Apache-2.0
/** Meters for Micrometer: {@link dev.epik.micrometer.EpikMetrics} and {@link dev.epik.micrometer.CaptureMetrics}. */
@NullMarked
package dev.epik.micrometer;

import org.jspecify.annotations.NullMarked;
