// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import dev.epik.ads.AdsException;
import dev.epik.ads.json.Fields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the pages of a list one after the other, by Pinterest's bookmarks. */
public final class Paging {
    private static final int PAGE_SIZE = 250;

    private Paging() {}

    /**
     * Returns the entries of a list. Each page is read when it is needed, so memory holds one page.
     *
     * @param path the part after {@code /v5}, with or without a query
     */
    public static Stream<Fields> of(AdsCalls calls, String path) {
        Iterator<Fields> entries = new Pages(calls, path + (path.contains("?") ? "&" : "?") + "page_size=" + PAGE_SIZE);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(entries, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    private static final class Pages implements Iterator<Fields> {
        private final AdsCalls calls;
        private final String path;
        private final Deque<Fields> page = new ArrayDeque<>();
        private final Set<String> bookmarks = new HashSet<>();
        private @Nullable String bookmark = "";

        Pages(AdsCalls calls, String path) {
            this.calls = calls;
            this.path = path;
        }

        @Override
        public boolean hasNext() {
            while (page.isEmpty() && bookmark != null) {
                String query = bookmark.isEmpty()
                        ? ""
                        : "&bookmark=" + java.net.URLEncoder.encode(bookmark, java.nio.charset.StandardCharsets.UTF_8);
                Fields answer = Fields.of(calls.readJson(path + query));
                if (!(answer.json().get("items") instanceof List<?>)) { // an empty list would say that nothing exists
                    throw new AdsException("Pinterest's answer to a list has no items: is there a proxy in between?");
                }
                page.addAll(answer.objects("items"));
                String next = answer.text("bookmark").orElse(null);
                if (next != null && !bookmarks.add(next)) { // the list would never end
                    throw new AdsException("Pinterest's pages of a list repeat: is there a cache in between?");
                }
                bookmark = next;
            }
            return !page.isEmpty();
        }

        @Override
        public Fields next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.remove();
        }
    }
}
