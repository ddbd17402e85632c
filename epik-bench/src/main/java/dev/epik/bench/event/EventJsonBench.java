// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.epik.bench.Sale;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.PlainSale;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Measures one sale from the shop's data to its JSON. Meta's JSON has the same data under other names. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventJsonBench {
    private static final int SALES = 64;

    private final Sale[] sales = new Sale[SALES];
    private final PlainEvent.Hashes[] hashes = new PlainEvent.Hashes[SALES];
    private final ObjectMapper databind = new ObjectMapper();
    private final Gson gson = new Gson();
    private int next;

    /** Checks before the measurement that all candidates write the same content. */
    @Setup
    public void sameContent() throws IOException {
        for (int i = 0; i < SALES; i++) {
            sales[i] = Sale.of(i);
            hashes[i] = PlainEvent.Hashes.of(sales[i]);
        }
        for (Sale sale : sales) {
            ConversionEvent event = sale.event();
            Instant at = event.happenedAt();
            sameBytes(event.json(), PlainSale.withGenerator(sale, at), "oursGenerator");
            sameBytes(event.json(), PlainSale.withStrings(sale, at), "plainStrings");
            sameBytes(event.json(), PlainSale.withStringsAndGenerator(sale, at), "plainStringsGenerator");
        }
        for (int i = 0; i < SALES; i++) {
            JsonNode ours = comparable(databind.readTree(sales[i].event().json()));
            same(ours, comparable(databind.readTree(PlainEvent.naive(databind, sales[i]))), "naive");
            same(
                    ours,
                    comparable(databind.readTree(PlainEvent.write(databind, sales[i], hashes[i]))),
                    "databindNoHash");
            MetaEvent.check(databind, sales[i], ours, gson.toJson(MetaEvent.of(sales[i])));
        }
    }

    @Benchmark
    public String ours() {
        return sale().event().json();
    }

    /** Writes with Jackson's generator instead of {@code JsonWriter}. */
    @Benchmark
    public String oursGenerator() {
        return PlainSale.withGenerator(sale(), Instant.now());
    }

    /** Hashes with strings and a map instead of {@code HashInput}. */
    @Benchmark
    public String plainStrings() {
        return PlainSale.withStrings(sale(), Instant.now());
    }

    /** Uses neither {@code JsonWriter} nor {@code HashInput}. */
    @Benchmark
    public String plainStringsGenerator() {
        return PlainSale.withStringsAndGenerator(sale(), Instant.now());
    }

    /** Writes the event with Jackson's object mapper. The hashes are computed beforehand. */
    @Benchmark
    public String databindNoHash() throws IOException {
        int i = next++ & (SALES - 1);
        return PlainEvent.write(databind, sales[i], hashes[i]);
    }

    @Benchmark
    public String metaSdk() {
        return gson.toJson(MetaEvent.of(sale()));
    }

    @Benchmark
    public String naive() throws IOException {
        return PlainEvent.naive(databind, sale());
    }

    private Sale sale() {
        return sales[next++ & (SALES - 1)];
    }

    private static JsonNode comparable(JsonNode event) {
        ((ObjectNode) event).remove("event_time"); // every call reads the clock
        return event;
    }

    private static void sameBytes(String ours, String other, String way) {
        if (!ours.equals(other)) {
            throw new IllegalStateException(way + " writes different JSON:\n" + ours + '\n' + other);
        }
    }

    private static void same(JsonNode ours, JsonNode other, String way) {
        if (!ours.equals(other)) {
            throw new IllegalStateException(way + " writes different data: " + diff(ours, other));
        }
    }

    private static String diff(JsonNode ours, JsonNode other) {
        ArrayNode both = new ObjectMapper().createArrayNode();
        return both.add(ours).add(other).toPrettyString();
    }
}
