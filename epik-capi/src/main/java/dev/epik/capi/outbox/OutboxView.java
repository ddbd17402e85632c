// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * What lies in an outbox file, to be read and not changed; see {@link SqliteOutbox#inspect}. One process may have it open to write
 * meanwhile. For one thread; whoever opens it closes it.
 */
public final class OutboxView implements AutoCloseable {
    private final Path file;
    private final Connection connection;
    private final OutboxTable table = new OutboxTable(Dialect.SQLITE);
    private final Clock clock;

    private OutboxView(Path file, Connection connection, Clock clock) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
    }

    static OutboxView of(Path file, Clock clock) {
        Path real = file;
        try {
            real = SqliteFile.locate(file);
            if (SoleOpener.isOpenHere(real)) {
                // Two class loaders have two SQLites, and either's closing takes the other's locks away.
                throw new EpikException("The outbox " + real
                        + " is open in this JVM: ask the one who has it open, or look from" + " another process");
            }
            return new OutboxView(real, SqliteFile.openToRead(real), clock);
        } catch (IOException trouble) {
            throw new EpikException("The outbox " + real + " cannot be read, "
                    + trouble.getClass().getSimpleName() + ": may this process read it?");
        } catch (SQLException trouble) {
            throw SqliteFile.trouble(real, trouble);
        }
    }

    /** The ids of those with anything that waits or lies dead. */
    public List<String> adAccounts() {
        return read((sql, now) -> table.adAccounts(sql));
    }

    public Backlog backlog(String adAccount) {
        return read((sql, now) -> table.backlog(sql, adAccount, now));
    }

    /** The newest first, at most so many. */
    public List<DeadLetter> deadLetters(String adAccount, int most) {
        return read((sql, now) -> table.deadLetters(sql, adAccount, most));
    }

    private <T> T read(OutboxTable.Work<T> work) {
        try {
            return work.at(connection, clock.millis());
        } catch (SQLException trouble) {
            throw SqliteFile.trouble(file, trouble);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException trouble) {
            throw SqliteFile.trouble(file, trouble);
        }
    }
}
