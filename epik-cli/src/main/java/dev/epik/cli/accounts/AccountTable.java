// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.accounts;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource;
import dev.epik.cli.raw.InvalidFileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ad accounts of a file, as delivery looks them up. {@link #refresh} reads the file again, so that ad accounts can
 * be added and removed while the worker runs.
 *
 * <p>It knows every ad account: one that is not in the file has no token. Delivery then pauses for longer than a
 * minute, so that a worker of Kafka moves the events to a retry topic, and they block no other ad account.
 *
 * <p><b>Threads.</b> Thread-safe; {@link #refresh} is for one thread.
 */
public final class AccountTable implements AdAccount.Source {
    /** The pause of an ad account that is not in the file. It is longer than what a full window of Kafka waits for. */
    private static final Duration ABSENT_PAUSE = Duration.ofMinutes(2);

    private final Path file;
    private final Map<String, AdAccount> asked = new ConcurrentHashMap<>();
    private volatile Map<AccountRow, TokenSource> rows = Map.of();
    private volatile Map<String, TokenSource> tokens = Map.of();
    private String text = "";
    private String problem = "";

    private AccountTable(Path file) {
        this.file = file;
    }

    /**
     * The difference to the file as it was before.
     *
     * @param added the ids of the ad accounts that were not in it
     * @param removed how many are not in it any more
     * @param total how many are in it now
     * @param problem why the file is not used, and the ad accounts are those before; empty if it is
     */
    public record Change(List<String> added, int removed, int total, String problem) {}

    /**
     * Reads the file.
     *
     * @throws InvalidFileException if it cannot be read or is invalid; the message has the cure
     */
    public static AccountTable open(Path file) {
        AccountTable table = new AccountTable(file);
        table.text = table.read();
        table.use(AccountRows.of(table.text, table.name()));
        return table;
    }

    /** Returns the ad account of the first line. */
    public AdAccount first() {
        return get(tokens.keySet().iterator().next());
    }

    /** Returns the ids that delivery has asked for. */
    public Set<String> asked() {
        return Set.copyOf(asked.keySet());
    }

    /** Returns how many ad accounts are in the file. */
    public int size() {
        return tokens.size();
    }

    /** Returns for each ad account without a token its id, the reason and the cure, by trying each token once. */
    public List<String> withoutToken() throws InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, TokenSource> each : tokens.entrySet()) {
            if (each.getValue().token() instanceof TokenSource.Unavailable unavailable) {
                missing.add("ad account " + each.getKey() + ": " + unavailable.reason());
            }
        }
        return missing;
    }

    /** Reads the file again. Returns what has changed; empty if nothing has. A problem is returned once. */
    public Optional<Change> refresh() {
        try {
            String now = read();
            if (now.equals(text)) {
                problem = "";
                return Optional.empty();
            }
            List<AccountRow> read = AccountRows.of(now, name());
            Map<String, TokenSource> before = tokens;
            use(read);
            text = now;
            problem = "";
            List<String> added = tokens.keySet().stream()
                    .filter(id -> !before.containsKey(id))
                    .toList();
            int removed = before.size() + added.size() - tokens.size();
            return Optional.of(new Change(added, removed, tokens.size(), ""));
        } catch (InvalidFileException e) {
            String found = String.valueOf(e.getMessage());
            if (problem.equals(found)) {
                return Optional.empty();
            }
            problem = found;
            return Optional.of(new Change(List.of(), 0, tokens.size(), problem));
        }
    }

    @Override
    public Optional<AdAccount> byId(String adAccountId) {
        return Optional.of(get(adAccountId));
    }

    private AdAccount get(String id) {
        return asked.computeIfAbsent(id, absent -> AdAccount.of(absent, new Tokens(absent)));
    }

    /** Takes the lines of the file. A line that was there before keeps its source, which knows the last token. */
    private void use(List<AccountRow> read) {
        Path directory = file.toAbsolutePath().resolveSibling("");
        Map<AccountRow, TokenSource> byRow = new LinkedHashMap<>();
        Map<String, TokenSource> byId = new LinkedHashMap<>();
        for (AccountRow row : read) {
            TokenSource known = rows.get(row);
            TokenSource source = known == null ? row.tokens(directory) : known;
            byRow.put(row, source);
            byId.put(row.adAccount(), source);
        }
        rows = byRow;
        tokens = byId;
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InvalidFileException(name() + " is not UTF-8: save it as UTF-8");
        } catch (IOException e) {
            throw new InvalidFileException(name() + " cannot be read ("
                    + e.getClass().getSimpleName() + "): it must be a file that this process may read");
        }
    }

    private String name() {
        return "The accounts file " + file;
    }

    /** The token of the line that the file has for an ad account now. */
    private final class Tokens implements TokenSource {
        private final String id;

        Tokens(String id) {
            this.id = id;
        }

        private Optional<TokenSource> line() {
            return Optional.ofNullable(tokens.get(id));
        }

        private TokenResult absent() {
            return Unavailable.needsOperator(
                            "it is not in the file " + file + ": add a line for it. The file is read again by itself")
                    .withRetryAfter(ABSENT_PAUSE);
        }

        @Override
        public TokenResult token() throws InterruptedException {
            Optional<TokenSource> line = line();
            return line.isPresent() ? line.get().token() : absent();
        }

        @Override
        public TokenResult renewed(AccessToken refused) throws InterruptedException {
            Optional<TokenSource> line = line();
            return line.isPresent() ? line.get().renewed(refused) : absent();
        }
    }
}
