// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What of a page's URL may travel: scheme, host, path and the query parameters that name a campaign. All others stay: a
 * reset link carries its secret in the query, a search its text, a newsletter the reader's address.
 */
final class SourceUrl {
    private SourceUrl() {}

    /** Null for what is no absolute http URL. */
    static @Nullable String trim(@Nullable String url) {
        if (url == null || !(url.startsWith("https://") || url.startsWith("http://"))) {
            return null;
        }
        int fragment = url.indexOf('#');
        String whole = fragment < 0 ? url : url.substring(0, fragment);
        int query = whole.indexOf('?');
        if (query < 0) {
            return withoutUserInfo(whole);
        }
        StringJoiner kept = new StringJoiner("&", "?", "").setEmptyValue("");
        for (String pair : whole.substring(query + 1).split("&", -1)) {
            if (pair.startsWith("epik=") || pair.startsWith("utm_")) {
                kept.add(pair);
            }
        }
        return withoutUserInfo(whole.substring(0, query)) + kept;
    }

    private static String withoutUserInfo(String url) {
        int host = url.indexOf("//") + 2;
        int slash = url.indexOf('/', host);
        int at = url.lastIndexOf('@', slash < 0 ? url.length() : slash);
        return at < host ? url : url.substring(0, host) + url.substring(at + 1);
    }
}
