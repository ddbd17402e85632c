// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.cache;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Needs nginx and Varnish. Without them the test is skipped with a line on the console; {@code -Depik.caches=required}
 * makes that a failure.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CachesCondition.class)
public @interface RequiresCaches {}
