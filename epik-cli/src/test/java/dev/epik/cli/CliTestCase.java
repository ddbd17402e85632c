// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TestIds;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the jar in a temporary directory against a fake Pinterest that checks every request against the published
 * schema.
 */
abstract class CliTestCase {
    static final String ACCOUNT = TestIds.ACCOUNT;
    static final String TOKEN = "canary-token-7351";

    @TempDir
    Path folder = Path.of("");

    final FakePinterest pinterest = start();

    private static FakePinterest start() {
        try {
            return FakePinterest.builder(ACCOUNT, TOKEN).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void checkRequests() {
        pinterest.onRequest(PublishedSchema::check);
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    final Map<String, String> environment() {
        return Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", TOKEN, "EPIK_MODE", "live");
    }

    final EpikJar.Result epik(String... arguments) throws Exception {
        EpikJar.Result result = EpikJar.run(environment(), arguments);
        assertFalse((result.out() + result.err()).contains("canary"), result::err);
        return result;
    }

    final Path outbox() {
        return folder.resolve("shop.outbox");
    }

    final EpikJar.Result outbox(String action, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("outbox", outbox().toString(), action));
        if (action.equals("deliver")) {
            arguments.addAll(List.of("--api", pinterest.uri().toString()));
        }
        arguments.addAll(List.of(more));
        return epik(arguments.toArray(String[]::new));
    }

    /** Returns the ids of the received events, sorted: the order of events with the same time is undefined. */
    final List<String> received() {
        return pinterest.received().stream().map(ReceivedEvent::id).sorted().toList();
    }
}
