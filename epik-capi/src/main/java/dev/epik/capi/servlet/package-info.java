// SPDX-License-Identifier: Apache-2.0
/**
 * In a web application: {@link dev.epik.capi.servlet.EpikContextListener} opens and closes the client,
 * {@link dev.epik.capi.servlet.ServletVisit} reads a visit from a request.
 */
@NullMarked
package dev.epik.capi.servlet;

import org.jspecify.annotations.NullMarked;
