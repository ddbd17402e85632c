// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import dev.epik.bench.Scratch;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaBrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Stores events in Kafka, beside a bare producer that writes the same bytes; and delivers them from Kafka, beside the
 * same events from memory and beside a bare consumer. The broker has a process of its own, and each way a new process
 * in each round.
 */
public final class KafkaBench {
    static final String STORE = "KafkaStoreBench";
    static final String DELIVERY = "KafkaDeliveryBench";

    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    private static final int ROUNDS = 5;

    /** The defaults of a broker. The fixture's are smaller. */
    private static final Map<String, String> BROKER = Map.of("num.network.threads", "3", "num.io.threads", "8");

    private static final List<String> BROKER_JVM = List.of("-Xmx1g");

    private final KafkaRun run;
    private final KafkaBrokerProcess broker;
    private final Map<List<String>, List<Double>> figures = new LinkedHashMap<>();

    private KafkaBench(KafkaRun run, KafkaBrokerProcess broker) {
        this.run = run;
        this.broker = broker;
    }

    /**
     * Runs all ways in turns.
     *
     * @param isShort stores and delivers few events once, and only checks that all of them are there
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        KAFKA.setLevel(Level.WARNING);
        KafkaRun run = isShort ? KafkaRun.SHORT : KafkaRun.FULL;
        try (Scratch scratch = new Scratch();
                KafkaBrokerProcess broker = broker(scratch.directory(), isShort)) {
            return new KafkaBench(run, broker).measure(isShort ? 1 : ROUNDS);
        }
    }

    private static KafkaBrokerProcess broker(Path directory, boolean isShort) throws IOException {
        return isShort ? KafkaBroker.startProcess(directory) : KafkaBroker.startProcess(directory, BROKER, BROKER_JVM);
    }

    private List<Measured> measure(int rounds) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            store("bareProducer", round);
            store("ours", round);
        }
        fill();
        for (int round = 1; round <= rounds; round++) {
            deliver("oursMemory", round);
            deliver("oursKafka", round);
            read("bareConsumer", round);
        }
        return figures.entrySet().stream()
                .map(each -> {
                    List<String> names = each.getKey();
                    return new Measured(names.get(0), names.get(1), names.get(2), each.getValue());
                })
                .toList();
    }

    /** Stores in a new topic, and checks that exactly these records are there. */
    private void store(String way, int round) throws Exception {
        String topic = way + round;
        KafkaEvents.create(broker.topics(), topic);
        note(STORE, way, round, run(KafkaStoreProcess.class, way, topic, KafkaRun.NO_STUB));
        KafkaEvents.checkStored(broker.topics(), topic, run);
        broker.topics().delete(topic);
    }

    /** Stores the events that are delivered in each round, by consumer groups of their own. */
    private void fill() {
        for (String topic : List.of(KafkaRun.WARM_UP_TOPIC, KafkaRun.TOPIC)) {
            KafkaEvents.create(broker.topics(), topic);
        }
        KafkaEvents.store(broker.bootstrap(), KafkaRun.WARM_UP_TOPIC, 0, run.warmUp());
        KafkaEvents.store(broker.bootstrap(), KafkaRun.TOPIC, ArrivalCounter.MEASURED, run.events());
    }

    private void deliver(String way, int round) throws Exception {
        try (CountingStub stub = CountingStub.start()) {
            note(
                    DELIVERY,
                    way,
                    round,
                    run(
                            KafkaDeliveryProcess.class,
                            way,
                            "group" + round,
                            stub.uri().toString()));
            stub.arrivals().mustBe(run.warmUp(), run.events());
            double received = (double) stub.arrivals().received() / run.events();
            add(DELIVERY, way, "received/event", received);
        }
    }

    /** Reads the events without delivering them. */
    private void read(String way, int round) throws Exception {
        note(DELIVERY, way, round, run(KafkaDeliveryProcess.class, way, "group" + round, KafkaRun.NO_STUB));
    }

    private ClientResult run(Class<?> main, String way, String name, String stub)
            throws IOException, InterruptedException {
        List<String> words = run.words(way, broker.bootstrap(), name, stub);
        List<String> lines = BenchJvm.run(run.isShort(), main, words, ClientResult.MARK);
        if (lines.size() != 1) {
            throw new IllegalStateException(way + " reported " + lines);
        }
        return ClientResult.of(lines.get(0));
    }

    private void note(String bench, String way, int round, ClientResult result) {
        double perSecond = run.events() * 1e9 / result.nanos();
        double cpu = result.cpuNanos() / 1e3 / run.events();
        add(bench, way, "events/s", perSecond);
        add(bench, way, "us/event", cpu);
        System.err.printf(
                Locale.ROOT, "%s, round %d: %-18s %8.0f events/s %7.2f us/event%n", bench, round, way, perSecond, cpu);
    }

    private void add(String bench, String way, String figure, double value) {
        figures.computeIfAbsent(List.of(bench, way, figure), none -> new ArrayList<>())
                .add(value);
    }
}
