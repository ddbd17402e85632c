// SPDX-License-Identifier: Apache-2.0
/**
 * Support for web applications. {@link dev.epik.capi.servlet.EpikContextListener} opens and closes the client, and
 * {@link dev.epik.capi.servlet.ServletVisit} reads a visit from a request.
 */
@NullMarked
package dev.epik.capi.servlet;

import org.jspecify.annotations.NullMarked;
