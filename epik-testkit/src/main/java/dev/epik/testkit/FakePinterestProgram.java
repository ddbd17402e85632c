// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.concurrent.CountDownLatch;

/**
 * {@link FakePinterest} as a program. It prints events to standard output, one JSON object per line, and messages to
 * standard error.
 */
final class FakePinterestProgram {
    private static final int DEFAULT_PORT = 8089;
    private static final String DEFAULT_ACCOUNT = "549755885175";
    private static final String DEFAULT_TOKEN = "fake-token";

    private FakePinterestProgram() {}

    static void run(String... arguments) throws IOException, InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_PORT;
        String account = arguments.length > 1 ? arguments[1] : DEFAULT_ACCOUNT;
        String token = arguments.length > 2 ? arguments[2] : DEFAULT_TOKEN;
        PrintStream out = System.out;
        PrintStream err = System.err;
        try (FakePinterest pinterest =
                FakePinterest.builder(account, token).port(port).start()) {
            pinterest.observe(event -> out.println(line(event)), response -> {
                if (response.status() != 200) {
                    err.println("Responded " + response.status() + ": " + response.body());
                }
            });
            pinterest.ads().onCall(call -> err.println(call.method() + " " + call.path() + ": " + call.status()));
            err.println("The fake Pinterest listens at " + pinterest.uri() + " for ad account " + account + ".");
            if (token.equals(DEFAULT_TOKEN)) {
                err.println("Its access token is " + DEFAULT_TOKEN + ". Nothing leaves this machine.");
            }
            err.println("Each event that it receives is printed. Stop it with Ctrl-C.");
            new CountDownLatch(1).await();
        } catch (BindException e) {
            throw new BindException("Port " + port + " is in use: choose another one, or 0 for a free one");
        }
    }

    private static String line(ReceivedEvent event) {
        return "{\"status\":" + Json.quoted(event.status()) + ",\"error\":" + Json.quoted(event.error())
                + ",\"warning\":"
                + Json.quoted(event.warning()) + ",\"test\":" + event.test() + ",\"offline\":" + event.offline()
                + ",\"counted\":" + event.counted() + ",\"event\":" + event.json() + "}";
    }
}
