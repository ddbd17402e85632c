// SPDX-License-Identifier: Apache-2.0
/** Calls of the Ads API, and what their answers mean. Not exported. */
@NullMarked
package dev.epik.ads.http;

import org.jspecify.annotations.NullMarked;
