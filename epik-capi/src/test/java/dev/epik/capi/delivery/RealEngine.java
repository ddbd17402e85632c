// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.simulation.EnginePorts;
import dev.epik.capi.simulation.EngineUnderTest;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Connects {@link DeliveryEngine} with the simulation. */
public final class RealEngine implements EngineUnderTest {
    private final DeliveryEngine engine;

    public RealEngine(EnginePorts ports) {
        this.engine = new DeliveryEngine(
                ports.outbox(),
                ports.sender()::send,
                new TokensOf(ports.tokens()),
                ports.accounts(),
                ports.options(),
                new TimeOf(ports),
                ports.random(),
                ports.wakeUp());
    }

    private record TokensOf(EnginePorts.TokenPort port) implements Tokens {
        @Override
        public CompletableFuture<TokenResult> token(AdAccount account) {
            return port.token(account);
        }

        @Override
        public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
            return port.renewed(account, refused);
        }
    }

    private record TimeOf(EnginePorts ports) implements Time {
        @Override
        public long nanos() {
            return ports.nanos().getAsLong();
        }

        @Override
        public Instant wall() {
            return ports.wall().get();
        }
    }

    @Override
    public long run() {
        return engine.run();
    }

    @Override
    public void wake(String adAccountId, int events) {
        engine.wake(adAccountId, events);
    }

    @Override
    public void tryNow(String adAccountId) {
        engine.resume(adAccountId);
    }

    @Override
    public void drain() {
        engine.drain();
    }

    @Override
    public boolean isDrained() {
        return engine.isDrained();
    }

    @Override
    public void close() {
        engine.close();
    }
}
