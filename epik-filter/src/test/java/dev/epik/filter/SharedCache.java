// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A cache in front of an application that stores as much as RFC 9111 allows. It removes {@code epik} from its key, as
 * page caches do, stores responses with {@code Set-Cookie} and obeys the headers for CDNs before Cache-Control.
 */
final class SharedCache {
    private final Wire origin;
    private final Map<String, Answer> kept = new HashMap<>();
    private int hits;

    SharedCache(Wire origin) {
        this.origin = origin;
    }

    int hits() {
        return hits;
    }

    Answer get(String target, String... headers) throws IOException {
        String key = target.replaceAll("[?&]epik=[^&]*", "");
        Answer stored = kept.get(key);
        if (stored != null) {
            hits++;
            return stored;
        }
        Answer fresh = origin.get(target, headers);
        if (mayKeep(fresh)) {
            kept.put(key, fresh);
        }
        return fresh;
    }

    private static boolean mayKeep(Answer answer) {
        for (String cdn : List.of("CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control")) {
            if (!answer.all(cdn).isEmpty()) {
                return !String.join(",", answer.all(cdn)).contains("no-store");
            }
        }
        if (!answer.all("X-Accel-Expires").isEmpty()) {
            return !answer.all("X-Accel-Expires").contains("0");
        }
        String words = String.join(",", answer.all("Cache-Control")).toLowerCase(Locale.ROOT);
        if (words.contains("private") || words.contains("no-store") || words.contains("no-cache")) {
            return false;
        }
        return words.contains("public") || words.contains("max-age") || answer.status() != 500;
    }
}
