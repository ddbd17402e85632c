// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePolicyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public|private",
                "public, max-age=60|private, max-age=60",
                "PUBLIC , S-MaxAge = 600, Immutable, max-age=60|private, max-age=60",
                "max-age=60|private, max-age=60",
                "private|private",
                "private=\"X, public\", max-age=60|private, max-age=60",
                "no-cache=\"Set-Cookie, public\", public|private, no-cache=\"Set-Cookie, public\"",
                "no-cache|private, no-cache",
                "no-store|no-store",
                "public, no-store, max-age=0|no-store",
                "must-revalidate, proxy-revalidate|private, must-revalidate",
                "stale-while-revalidate=30|private, stale-while-revalidate=30",
                "'  , ,'|private",
                "''|private",
                "no-cache=\"unfinished, public|private, no-cache=\"unfinished, public",
            })
    void removesDirectivesForSharedCachesAndKeepsStricterOnes(String given, String kept) {
        assertEquals(kept, CachePolicy.madePrivate(given));
    }

    @ParameterizedTest
    @CsvSource({
        "CDN-Cache-Control, no-store",
        "Cloudflare-CDN-Cache-Control, no-store",
        "surrogate-control, no-store",
        "Edge-Control, no-store",
        "X-Accel-Expires, 0",
        "X-LiteSpeed-Cache-Control, no-cache",
        "X-Other, max-age=600",
        "Cache-Control-Extra, max-age=600",
    })
    void forbidsStoringInHeadersThatCdnsObeyFirst(String header, String value) {
        assertEquals(value, CachePolicy.forSharedCaches(header, "max-age=600"));
    }
}
