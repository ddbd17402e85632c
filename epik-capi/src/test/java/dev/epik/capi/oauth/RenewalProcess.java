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
 * A shop in a process of its own. It prints a line at each crash point of a renewal, and either stops forever at one of
 * them or sends one event. An instance of this class, in the process of the test, starts the process and kills it.
 */
final class RenewalProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private RenewalProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts the process.
     *
     * @param stopAt the name of a {@link CrashPoint}, or another word to stop at none
     */
    static RenewalProcess start(OAuthShop shop, URI api, String stopAt) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RenewalProcess.class.getName(),
                        shop.file.toString(),
                        api.toString(),
                        Long.toString(shop.clock.millis()),
                        stopAt)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new RenewalProcess(process);
    }

    String awaitLine(String beginning) throws IOException {
        StringBuilder output = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            output.append(line).append('\n');
        }
        throw new AssertionError("the shop ended without \"" + beginning + "\". Its output:\n" + output);
    }

    /** Kills the process as the kernel does when memory runs out: without shutdown hooks and flushes. */
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
        CrashPoint.Listener crashPoints = point -> {
            System.out.println("STEP " + point);
            System.out.flush();
            if (point.name().equals(arguments[3])) {
                stopForever();
            }
        };
        try (OAuthTokens tokens = OAuthTokens.builder(OAuthShop.APP, FileTokenStore.of(file, crashPoints))
                .baseUrl(api)
                .clock(clock)
                .crashPoints(crashPoints)
                .open()) {
            TokenResult token = tokens.token();
            String shown = token instanceof AccessToken ? Integer.toHexString(token.hashCode()) : token.toString();
            System.out.println("TOKEN " + shown);
            System.out.println(
                    "SENT " + OAuthShop.isAccepted(OAuthShop.send(api, tokens, clock, "order-of-a-process")));
        }
    }

    private static void stopForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
