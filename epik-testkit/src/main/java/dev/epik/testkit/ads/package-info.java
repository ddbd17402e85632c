// SPDX-License-Identifier: Apache-2.0
/**
 * Pinterest's ads endpoints as pure decisions and a store, without HTTP and JSON text. Internal: the public view is
 * {@link dev.epik.testkit.FakeAds}.
 *
 * <p>JSON values are {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean} and
 * {@link dev.epik.testkit.ads.JsonNull}.
 */
@NullMarked
package dev.epik.testkit.ads;

import org.jspecify.annotations.NullMarked;
