// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.io.IOException;
import java.util.List;

/** One filter setup in one round: its process, its load, and its results. */
final class FilterRun implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    final FilterSetup way;
    private final ShopProcess shop;
    private final Load load;
    private long warmedUp;
    private long answers;
    private long nanos;
    private long cpuNanos;

    FilterRun(FilterSetup way, List<byte[]> requests) throws IOException {
        this.way = way;
        this.shop = new ShopProcess(way);
        try {
            this.load = new Load(shop.port(), CONNECTIONS, requests);
        } catch (IOException | RuntimeException e) {
            shop.close();
            throw e;
        }
    }

    int port() {
        return shop.port();
    }

    void warmUp(double seconds) throws IOException, InterruptedException {
        warmedUp += load.run(seconds);
    }

    long warmedUp() {
        return warmedUp;
    }

    void measure(double seconds) throws IOException, InterruptedException {
        long cpu = shop.cpuNanos();
        long began = System.nanoTime();
        answers += load.run(seconds);
        nanos += System.nanoTime() - began;
        cpuNanos += shop.cpuNanos() - cpu;
    }

    double requestsPerSecond() {
        return answers * 1e9 / nanos;
    }

    double microsPerRequest() {
        return cpuNanos / 1e3 / answers;
    }

    @Override
    public void close() throws IOException {
        try {
            load.close();
        } finally {
            shop.close();
        }
    }
}
