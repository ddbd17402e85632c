// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts how often each fault met each kind of call, and how often other things happened. Thread-safe. */
public final class Coverage {
    private final Map<CallFault, Map<Call, LongAdder>> faults = new EnumMap<>(CallFault.class);
    private final Map<Call, LongAdder> calls = counters();
    private final Map<String, LongAdder> others = new ConcurrentHashMap<>();

    public Coverage() {
        for (CallFault fault : CallFault.values()) {
            faults.put(fault, counters());
        }
    }

    private static Map<Call, LongAdder> counters() {
        Map<Call, LongAdder> counters = new EnumMap<>(Call.class);
        for (Call call : Call.values()) {
            counters.put(call, new LongAdder());
        }
        return counters;
    }

    void called(Call call) {
        requireNonNull(calls.get(call)).increment();
    }

    void met(CallFault fault, Call call) {
        counter(fault, call).increment();
    }

    private LongAdder counter(CallFault fault, Call call) {
        return requireNonNull(requireNonNull(faults.get(fault)).get(call));
    }

    void count(String what) {
        others.computeIfAbsent(what, unused -> new LongAdder()).increment();
    }

    /** Returns a table: a line for each kind of call, a column for each fault, and a list of the rest. */
    public String report() {
        StringBuilder text = new StringBuilder("How often each fault met each call:\n");
        text.append(String.format("%-14s %12s", "", "calls"));
        for (CallFault fault : CallFault.values()) {
            text.append(String.format(" %13s", fault));
        }
        for (Call call : Call.values()) {
            text.append(String.format("%n%-14s %12d", call, count(call)));
            for (CallFault fault : CallFault.values()) {
                text.append(String.format(" %13d", count(fault, call)));
            }
        }
        text.append("\n\nWhat else happened:\n");
        text.append(new TreeMap<>(others)
                .entrySet().stream()
                        .map(entry -> String.format(
                                "%-40s %12d", entry.getKey(), entry.getValue().sum()))
                        .collect(Collectors.joining("\n")));
        return text.append('\n').toString();
    }

    /** Returns how often this was called. */
    public long count(Call call) {
        return requireNonNull(calls.get(call)).sum();
    }

    /** Returns how often the fault met the call. */
    public long count(CallFault fault, Call call) {
        return counter(fault, call).sum();
    }
}
