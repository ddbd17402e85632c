// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.capi.fast.HashInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Customer lists against a fake: addresses, their hashes, and what the fake has. */
final class ListFixture implements AutoCloseable {
    static final String NAME = "Newsletter";

    final AdsFixture ads;
    final Path directory;

    ListFixture(Path temp) {
        this(temp, null);
    }

    ListFixture(Path temp, @Nullable Path journal) {
        this.ads = new AdsFixture(journal);
        this.directory = temp.resolve("list");
    }

    ListSettings settings() {
        return ListSettings.of(NAME, directory).rowsPerRequest(10);
    }

    CustomerListClient lists() {
        return ads.ads.customerLists();
    }

    /** Returns addresses with the numbers from one to another. */
    static Stream<String> emails(int from, int to) {
        return IntStream.range(from, to).mapToObj(ListFixture::email);
    }

    static String email(int number) {
        return "Person" + number + "@Shop.example";
    }

    static CustomerRows rows(int from, int to) {
        return CustomerRows.emails(emails(from, to));
    }

    static String sha256(String normalised) {
        try (HashInput input = HashInput.of(normalised)) {
            return new String(input.sha256(), StandardCharsets.US_ASCII);
        }
    }

    static Set<String> hashes(int from, int to) {
        return emails(from, to)
                .map(email -> sha256(email.toLowerCase(java.util.Locale.ROOT)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the emails of the only list of the fake. */
    Set<String> sent() {
        return rows().stream().map(row -> row.get("email")).collect(Collectors.toCollection(TreeSet::new));
    }

    Set<Map<String, String>> rows() {
        return ads.pinterest.ads().rows(String.valueOf(list("id")));
    }

    /** Returns how many records were sent in all requests, by the fake's counters. */
    long uploaded() {
        return ((Number) list("num_uploaded_user_records")).longValue();
    }

    long removed() {
        return ((Number) list("num_removed_user_records")).longValue();
    }

    /** Returns a field of the only list of the fake. */
    private Object list(String field) {
        return Objects.requireNonNull(ads.pinterest.ads().customerLists().get(0).get(field));
    }

    static ListUpdate done(WriteResult<ListUpdate> result) {
        return AdsFixture.applied(result);
    }

    Path file(String name, String... lines) {
        try {
            Path file = directory.resolveSibling(name);
            return Files.write(file, java.util.List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ads.close();
    }
}
