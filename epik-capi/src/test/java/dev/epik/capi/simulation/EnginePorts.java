// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.Reply;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Everything that an engine calls. The types mirror the engine's own ports, which are private to its package. */
public record EnginePorts(
        Outbox outbox,
        Sender sender,
        TokenPort tokens,
        AdAccount.Source accounts,
        DeliveryOptions options,
        LongSupplier nanos,
        Supplier<Instant> wall,
        RandomGenerator random,
        Runnable wakeUp) {
    /** Sends one batch. */
    @FunctionalInterface
    public interface Sender {
        CompletableFuture<Reply> send(String adAccount, AccessToken token, List<String> eventsJson);
    }

    /** Asks for tokens. */
    public interface TokenPort {
        CompletableFuture<TokenResult> token(AdAccount account);

        CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused);
    }
}
