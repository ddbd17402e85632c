// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTableTest {
    @TempDir
    Path folder = Path.of("");

    private Path file(String... lines) throws IOException {
        Files.writeString(folder.resolve("token"), "a-token\n");
        return Files.write(folder.resolve("accounts.csv"), List.of(lines));
    }

    private static TokenSource tokens(AccountTable table, String id) {
        return table.byId(id).orElseThrow().tokens();
    }

    @Test
    void tokenFilesAreBesideTheAccountsFileAndEachAdAccountWithoutOneIsNamed() throws Exception {
        AccountTable table = AccountTable.open(file("ad_account_id,token_file", "1,token", "2,missing"));
        assertInstanceOf(AccessToken.class, tokens(table, "1").token());
        assertEquals("1", table.first().id());
        List<String> without = table.withoutToken();
        assertEquals(1, without.size());
        assertTrue(without.get(0).startsWith("ad account 2: The file of the access token "), without::toString);
    }

    @Test
    void anAbsentAdAccountPausesForLongerThanAFullWindowWaits() throws Exception {
        AccountTable table = AccountTable.open(file("ad_account_id,token_file", "1,token"));
        Unavailable absent =
                assertInstanceOf(Unavailable.class, tokens(table, "3").token());
        assertTrue(absent.needsOperator());
        assertTrue(absent.retryAfter().orElseThrow().compareTo(Duration.ofMinutes(1)) > 0);
        assertTrue(absent.reason().contains("it is not in the file "), absent::reason);
    }

    @Test
    void refreshAddsAndRemovesAdAccountsAndKeepsTheirSources() throws Exception {
        AccountTable table = AccountTable.open(file("ad_account_id,token_file", "1,token", "2,token"));
        TokenSource first = tokens(table, "1");
        assertInstanceOf(Unavailable.class, tokens(table, "3").token());
        assertEquals(Optional.empty(), table.refresh());
        file("ad_account_id,token_file", "1,token", "3,token");
        assertEquals(Optional.of(new AccountTable.Change(List.of("3"), 1, 2, "")), table.refresh());
        assertEquals(Optional.empty(), table.refresh());
        assertSame(first, tokens(table, "1"));
        assertInstanceOf(AccessToken.class, tokens(table, "3").token());
        assertInstanceOf(Unavailable.class, tokens(table, "2").token());
    }

    @Test
    void anInvalidFileIsReportedOnceAndChangesNothing() throws Exception {
        AccountTable table = AccountTable.open(file("ad_account_id,token_file", "1,token"));
        file("ad_account_id,tokenfile", "2,token");
        AccountTable.Change change = table.refresh().orElseThrow();
        assertTrue(change.problem().contains("did you mean token_file?"), change::problem);
        assertEquals(Optional.empty(), table.refresh());
        assertInstanceOf(AccessToken.class, tokens(table, "1").token());
        Files.delete(folder.resolve("accounts.csv"));
        assertTrue(table.refresh().orElseThrow().problem().contains("cannot be read (NoSuchFileException)"));
        file("ad_account_id,token_file", "1,token", "2,token");
        assertEquals(
                Optional.of(new AccountTable.Change(List.of("2"), 0, 2, "")),
                table.refresh(),
                "the file is good again");
    }
}
