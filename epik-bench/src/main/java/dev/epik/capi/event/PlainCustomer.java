// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.bench.Sale;
import dev.epik.capi.event.data.MatchKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Customer} as it would be without buffers and flat arrays: hashes as strings in a map, made by the plain means
 * of the JDK. Immutable, as the original.
 */
final class PlainCustomer {
    private static final HexFormat HEX = HexFormat.of();
    private static final MessageDigest SHA_256;

    static {
        try {
            SHA_256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // cannot happen: every JDK has SHA-256
        }
    }

    private final Map<MatchKey, List<String>> hashes;

    private PlainCustomer(Map<MatchKey, List<String>> hashes) {
        this.hashes = hashes;
    }

    static PlainCustomer of(Sale sale) {
        return new PlainCustomer(Map.of())
                .with(MatchKey.EMAIL, sale.email(), PlainNormalForm::email)
                .with(MatchKey.PHONE, sale.phone(), PlainNormalForm::phone)
                .with(MatchKey.FIRST_NAME, sale.firstName(), PlainNormalForm::name)
                .with(MatchKey.LAST_NAME, sale.lastName(), PlainNormalForm::name)
                .with(MatchKey.CITY, sale.city(), PlainNormalForm::city)
                .with(MatchKey.STATE, sale.state(), PlainNormalForm::state)
                .with(MatchKey.ZIP, sale.zip(), PlainNormalForm::zip)
                .with(MatchKey.COUNTRY, sale.country(), PlainNormalForm::country);
    }

    List<String> hashes(MatchKey key) {
        return hashes.getOrDefault(key, List.of());
    }

    private PlainCustomer with(MatchKey key, String raw, Function<String, @Nullable String> rule) {
        if (raw.isBlank()) {
            return this;
        }
        String normal = rule.apply(raw);
        return normal == null ? this : withHash(key, sha256(normal));
    }

    private PlainCustomer withHash(MatchKey key, String hash) {
        List<String> known = hashes(key);
        if (known.contains(hash)) {
            return this;
        }
        Map<MatchKey, List<String>> more = new EnumMap<>(MatchKey.class);
        more.putAll(hashes);
        more.put(key, known.isEmpty() ? List.of(hash) : appended(known, hash));
        return new PlainCustomer(more);
    }

    private static List<String> appended(List<String> known, String hash) {
        List<String> longer = new ArrayList<>(known);
        longer.add(hash);
        return List.copyOf(longer);
    }

    private static String sha256(String normal) {
        try {
            MessageDigest sha256 = (MessageDigest) SHA_256.clone(); // cheaper than to look it up again
            return HEX.formatHex(sha256.digest(normal.getBytes(StandardCharsets.UTF_8)));
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // cannot happen: the JDK's can be cloned
        }
    }
}
