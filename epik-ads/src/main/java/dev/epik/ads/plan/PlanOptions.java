// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.Money;
import org.jspecify.annotations.Nullable;

/**
 * The options of a plan beside its file. Immutable.
 *
 * @param adopts whether something active may be found by its name
 * @param overwritesDrift whether changes that others made at Pinterest are overwritten
 * @param ceiling lowers the spend limit of the file; null if there is none
 */
record PlanOptions(
        boolean adopts, boolean overwritesDrift, @Nullable Money ceiling) {}
