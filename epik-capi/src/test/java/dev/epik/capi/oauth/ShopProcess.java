// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.TokenResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A shop in a process of its own: says every step of a renewal on a line, stops for ever at the one it is told, and else
 * sends one event. Its other half, in the test's process, starts it and kills it.
 */
final class ShopProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private ShopProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param stopAt a {@link Step}, or another word to stop at none */
    static ShopProcess start(Shop shop, URI api, String stopAt) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ShopProcess.class.getName(),
                        shop.file.toString(),
                        api.toString(),
                        Long.toString(shop.clock.millis()),
                        stopAt)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ShopProcess(process);
    }

    String awaitLine(String beginning) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the shop ended without \"" + beginning + "\", it said:\n" + said);
    }

    /** As the kernel does it when memory runs out: no shutdown hook, no flush. */
    void kill() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("kill -9 did not end the shop");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        URI api = URI.create(arguments[1]);
        Clock clock = Clock.fixed(Instant.ofEpochMilli(Long.parseLong(arguments[2])), ZoneOffset.UTC);
        Step.Listener steps = step -> {
            System.out.println("STEP " + step);
            System.out.flush();
            if (step.name().equals(arguments[3])) {
                stopForEver();
            }
        };
        try (OAuthTokens tokens = OAuthTokens.builder(Shop.APP, FileTokenStore.at(file, steps))
                .baseUrl(api)
                .clock(clock)
                .steps(steps)
                .open()) {
            TokenResult token = tokens.token();
            String told = token instanceof AccessToken ? Integer.toHexString(token.hashCode()) : token.toString();
            System.out.println("TOKEN " + told);
            System.out.println("SENT " + Shop.isAccepted(Shop.send(api, tokens, clock, "order-of-a-process")));
        }
    }

    private static void stopForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }
}
