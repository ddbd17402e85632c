// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigDecimal;

/**
 * What the page tells the browser tag: the same event under the same id. Public accessors as FreeMarker reads them.
 *
 * @param event in the tag's own spelling
 */
public record TagCall(String event, String eventId, BigDecimal value, String currency) {}
