// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Needs Prometheus. Without it the test is skipped with a line on the console; {@code -Depik.prometheus=required} makes
 * that a failure.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PrometheusCondition.class)
@interface RequiresPrometheus {}
