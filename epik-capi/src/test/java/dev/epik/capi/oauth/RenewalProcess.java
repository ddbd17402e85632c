// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;

/**
 * A shop in a process of its own. It prints a line at each crash point of a renewal, and either stops forever at one of
 * them or sends one event.
 */
final class RenewalProcess {
    private RenewalProcess() {}

    /**
     * Starts the process.
     *
     * @param stopAt the name of a {@link RenewalCrashPoint}, or another word to stop at none
     */
    static ChildJvm start(OAuthShop shop, URI api, String stopAt) throws IOException {
        return ChildJvm.start(ChildJvm.prepare(
                ChildJvm.QUICK,
                RenewalProcess.class,
                shop.file.toString(),
                api.toString(),
                Long.toString(shop.clock.millis()),
                stopAt));
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        URI api = URI.create(arguments[1]);
        Clock clock = Clock.fixed(Instant.ofEpochMilli(Long.parseLong(arguments[2])), ZoneOffset.UTC);
        RenewalCrashPoint.Listener crashPoints = point -> {
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
