// SPDX-License-Identifier: Apache-2.0
/** Tests of the dashboard and the alert rules in docs/operations. */
@NullMarked
package dev.epik.micrometer.operations;

import org.jspecify.annotations.NullMarked;
