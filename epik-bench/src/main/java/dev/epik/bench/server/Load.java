// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several concurrent browsers, each with one keep-alive connection. */
final class Load implements AutoCloseable {
    private final List<Browser> browsers = new ArrayList<>();
    private final ExecutorService threads;
    private final List<byte[]> requests;

    Load(int port, int connections, List<byte[]> requests) throws IOException {
        this.requests = requests;
        this.threads = Executors.newFixedThreadPool(connections);
        for (int i = 0; i < connections; i++) {
            browsers.add(new Browser(port));
        }
    }

    /** Sends requests without pauses for {@code seconds}; returns the number of responses. */
    long run(double seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Callable<Long>> visitors = new ArrayList<>();
        for (Browser browser : browsers) {
            int first = visitors.size() * requests.size() / browsers.size();
            visitors.add(() -> visit(browser, first, end));
        }
        long responses = 0;
        for (Future<Long> visitor : threads.invokeAll(visitors)) {
            try {
                responses += visitor.get();
            } catch (ExecutionException e) {
                throw new IOException("The server failed under load", e.getCause());
            }
        }
        return responses;
    }

    private long visit(Browser browser, int first, long end) throws IOException {
        int responses = 0;
        do {
            browser.ask(requests.get((first + responses) % requests.size()));
            responses++;
        } while (System.nanoTime() - end < 0);
        return responses;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (Browser browser : browsers) {
            browser.close();
        }
    }
}
