// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.testkit.FakeResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are not what Pinterest sends: those of proxies, and broken ones. */
@Timeout(60)
class AnswersTest {
    private static final AudienceSpec SPEC = AudienceSpec.visitors("Visitors", "123", "checkout");

    @TempDir
    Path temp;

    private AdsFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdsFixture(temp.resolve("journal"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void respondWith(int status, String... bodies) {
        for (String body : bodies) {
            fixture.pinterest.ads().respondWith(FakeResponse.of(status, body));
        }
    }

    private String unreadable(Runnable read) {
        return String.valueOf(assertThrows(AdsException.class, read::run).getMessage());
    }

    private static String tooDeep() {
        return "{\"id\":\"1\",\"items\":" + "[".repeat(100) + "]".repeat(100) + "}";
    }

    @Test
    void jsonBeyondTheLimitsIsUnreadableAndNeverAnotherError() {
        respondWith(200, tooDeep(), "{\"id\":" + "9".repeat(2000) + "}", "{\"size\":1e99999999}");

        for (int i = 0; i < 3; i++) {
            assertTrue(unreadable(() -> fixture.ads.audiences().find("1")).contains("cannot be read"));
        }
    }

    @Test
    void aWriteWhoseAnswerIsBeyondTheLimitsIsUnknownAndInTheJournal() throws Exception {
        respondWith(200, tooDeep());

        assertInstanceOf(WriteResult.Unknown.class, fixture.ads.audiences().create(SPEC));

        String journal = Files.readString(temp.resolve("journal"));
        assertTrue(journal.contains("\"result\":\"unknown\""), journal);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {"404, <html>", "404, {}", "200, {}", "200, []", "200, <html>"})
    void aProxysAnswerIsNotTakenForNothing(int status, String body) {
        respondWith(status, body);

        String message = unreadable(() -> fixture.ads.audiences().find("1"));

        assertTrue(message.contains("is there a proxy in between?") || message.contains("Is there a proxy"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "{}"})
    void aListWithoutItemsIsNotEmpty(String items) {
        respondWith(200, "{\"items\":" + items + "}");

        assertTrue(unreadable(() -> fixture.ads.audiences().findByName("x")).contains("has no items"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aa", "aba", "abcb"})
    void pagesThatRepeatEndWithAnError(String bookmarks) {
        bookmarks
                .chars()
                .forEach(each -> respondWith(200, "{\"items\":[{\"id\":\"1\"}],\"bookmark\":\"" + (char) each + "\"}"));

        assertTrue(unreadable(() -> fixture.ads.audiences().findByName("x")).contains("repeat"));
    }

    @Test
    void aTimeThatNoCalendarHasIsAbsent() {
        respondWith(200, "{\"id\":\"1\",\"start_time\":9223372036854775807}");

        assertEquals(
                Optional.empty(),
                fixture.ads.campaigns().find("1").orElseThrow().start());
    }

    @Test
    void aClosedClientWaitsForNoFurtherTry() {
        List<Duration> waits = new ArrayList<>();
        AdAccount account = AdAccount.of("549755885175", AccessToken.of("pina_test"));
        AdsClient client = AdsClient.builder(account)
                .api(fixture.pinterest.uri())
                .pause(waits::add)
                .open();

        client.close();

        assertTrue(unreadable(() -> client.audiences().find("1")).contains("the client is closed"));
        assertEquals(List.of(), waits);
    }

    @Test
    void anInterruptedThreadLeavesTheJournalToTheOthers() throws Exception {
        Thread.currentThread().interrupt();
        WriteResult<Audience> interrupted = fixture.ads.audiences().create(SPEC);
        assertTrue(Thread.interrupted());

        WriteResult<Audience> next = fixture.ads.audiences().create(SPEC);

        assertInstanceOf(WriteResult.Unknown.class, interrupted);
        assertInstanceOf(WriteResult.Applied.class, next);
        assertEquals(4, Files.readAllLines(temp.resolve("journal")).size());
    }
}
