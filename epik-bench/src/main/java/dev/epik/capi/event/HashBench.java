// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.facebook.ads.utils.ServerSideApiUtil;
import dev.epik.bench.Sale;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.HashInput;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Hashes eight raw values of a customer to hex. {@code bareDigests} is the floor: it hashes the same values, normalised
 * and encoded beforehand, and makes no hex.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HashBench {
    private static final int CUSTOMERS = 64;
    private static final int VALUES = 8;
    private static final int HEX = 64;
    private static final NormalForm.Rule[] RULES = {
        NormalForm::email,
        NormalForm::phone,
        NormalForm::name,
        NormalForm::name,
        NormalForm::city,
        NormalForm::state,
        NormalForm::zip,
        NormalForm::country
    };
    private static final String[] META_TYPES = {"em", "ph", "fn", "ln", "ct", "st", "zp", "country"};

    private final String[][] raw = new String[CUSTOMERS][];
    private final byte[][][] normal = new byte[CUSTOMERS][VALUES][];
    private final byte[] hex = new byte[VALUES * HEX];
    private final MessageDigest sha256;
    private int next;

    public HashBench() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // cannot happen: every JDK has SHA-256
        }
    }

    @Setup
    public void sameHashes() throws NoSuchAlgorithmException {
        for (int i = 0; i < CUSTOMERS; i++) {
            Sale sale = Sale.of(i);
            raw[i] = new String[] {
                sale.email(),
                sale.phone(),
                sale.firstName(),
                sale.lastName(),
                sale.city(),
                sale.state(),
                sale.zip(),
                sale.country()
            };
            for (int j = 0; j < VALUES; j++) {
                normal[i][j] = naiveNormal(j, raw[i][j]).getBytes(StandardCharsets.UTF_8);
            }
        }
        for (int i = 0; i < CUSTOMERS; i++) {
            next = i;
            String ours = new String(ours(), StandardCharsets.US_ASCII);
            next = i;
            String naive = String.join("", naive());
            List<String> bare = new ArrayList<>();
            for (byte[] value : normal[i]) {
                bare.add(HexFormat.of().formatHex(sha256.digest(value)));
            }
            if (!ours.equals(naive) || !ours.equals(String.join("", bare))) {
                throw new IllegalStateException("The ways hash customer " + i + " to different values");
            }
            next = i;
            String meta = String.join("", metaSdk());
            if (meta.length() != ours.length() || !meta.startsWith(ours.substring(0, HEX))) {
                throw new IllegalStateException("metaSdk hashes the email of customer " + i + " to another value");
            }
        }
    }

    @Benchmark
    public void bareDigests(Blackhole hole) {
        for (byte[] value : normal[next++ & (CUSTOMERS - 1)]) {
            hole.consume(sha256.digest(value));
        }
    }

    @Benchmark
    public byte[] ours() {
        String[] values = raw[next++ & (CUSTOMERS - 1)];
        for (int i = 0; i < VALUES; i++) {
            try (HashInput value = HashInput.of(values[i])) {
                if (RULES[i].normalize(value)) {
                    value.sha256(hex, i * HEX);
                }
            }
        }
        return hex;
    }

    @Benchmark
    public List<String> metaSdk() {
        String[] values = raw[next++ & (CUSTOMERS - 1)];
        List<String> hashes = new ArrayList<>(VALUES);
        for (int i = 0; i < VALUES; i++) {
            hashes.add(ServerSideApiUtil.hash(ServerSideApiUtil.normalize(values[i], META_TYPES[i])));
        }
        return hashes;
    }

    @Benchmark
    public List<String> naive() throws NoSuchAlgorithmException {
        String[] values = raw[next++ & (CUSTOMERS - 1)];
        List<String> hashes = new ArrayList<>(VALUES);
        for (int i = 0; i < VALUES; i++) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(naiveNormal(i, values[i]).getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder();
            for (byte b : digest) {
                text.append(String.format("%02x", b));
            }
            hashes.add(text.toString());
        }
        return hashes;
    }

    /** Normalises as a shop would write it. */
    private static String naiveNormal(int field, String value) {
        String lower = value.strip().toLowerCase(Locale.ROOT);
        return switch (META_TYPES[field]) {
            case "ph" -> lower.replaceAll("[^0-9]", "");
            case "ct" -> lower.replaceAll("[^\\p{L}\\p{N}]", "");
            case "zp" -> lower.replaceAll("[^a-z0-9]", "");
            default -> lower;
        };
    }
}
