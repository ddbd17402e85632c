// SPDX-License-Identifier: Apache-2.0
/** A visit from a servlet request: {@link dev.epik.capi.servlet.ServletVisit}. */
@NullMarked
package dev.epik.capi.servlet;

import org.jspecify.annotations.NullMarked;
