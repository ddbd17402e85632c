// SPDX-License-Identifier: Apache-2.0
/**
 * Meters for Micrometer: {@link dev.epik.micrometer.EpikMetrics}, {@link dev.epik.micrometer.CaptureMetrics} and
 * {@link dev.epik.micrometer.PageEventMetrics}.
 */
@NullMarked
package dev.epik.micrometer;

import org.jspecify.annotations.NullMarked;
