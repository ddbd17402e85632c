// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.time.ZoneId;

/**
 * An ad account, as it is at Pinterest. Immutable.
 *
 * @param id the id
 * @param name the name
 * @param currency the three letters of the currency of all its amounts
 * @param zone the time zone of its reports; UTC if Pinterest sent none
 */
public record AdsAccount(String id, String name, String currency, ZoneId zone) {}
