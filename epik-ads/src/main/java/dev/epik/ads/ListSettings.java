// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.lists.InputRow;
import dev.epik.ads.lists.RunEvents;
import dev.epik.ads.lists.RunSettings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which customer list an upload or a sync is for, and how careful it is.
 *
 * <p><b>The directory</b> has what was sent before, so that a sync knows what to add and what to remove, and so that a
 * stopped upload continues. It is created with private permissions, has no raw address, and belongs to one list. A row
 * in it is a keyed hash (HMAC-SHA-256), by which it is compared, and the encrypted SHA-256 that Pinterest has
 * (AES-256). The SHA-256 must be kept, because Pinterest removes a row only if it is sent again, and it is encrypted,
 * because addresses can be guessed from a plain SHA-256. Both need the key in the file {@code key}. <b>Who has the
 * directory with the key can guess addresses</b>: keep the key elsewhere with {@link #keyFile} if others can read the
 * directory or its backups. Without the key, or the directory, the list must be begun again.
 *
 * <p>Immutable: every method returns a new one.
 */
public final class ListSettings {
    private static final int MAX_CHUNK_ROWS = 10_000;
    private static final int MAX_CHUNK_BYTES = 1_000_000;
    private static final int DEFAULT_REMOVAL_PERCENT = 10;
    private static final long DEFAULT_REMOVAL_ROWS = 100;
    private static final int MAX_NAME_LENGTH = 255;

    private final String name;
    private final Path directory;
    private @Nullable Path keyFile;
    private @Nullable String listId;
    private Predicate<CustomerRow> suppressed = row -> false;
    private boolean skipsInvalid;
    private boolean allowsMassRemoval;
    private int maxRemovalPercent = DEFAULT_REMOVAL_PERCENT;
    private long maxRemovalRows = DEFAULT_REMOVAL_ROWS;
    private int maxChunkRows = MAX_CHUNK_ROWS;
    private Consumer<ListProgress> progress = now -> {};
    private ObjLongConsumer<String> invalidRows = (problem, line) -> {};

    private ListSettings(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    private ListSettings copy() {
        ListSettings copy = new ListSettings(name, directory);
        copy.keyFile = keyFile;
        copy.listId = listId;
        copy.suppressed = suppressed;
        copy.skipsInvalid = skipsInvalid;
        copy.allowsMassRemoval = allowsMassRemoval;
        copy.maxRemovalPercent = maxRemovalPercent;
        copy.maxRemovalRows = maxRemovalRows;
        copy.maxChunkRows = maxChunkRows;
        copy.progress = progress;
        copy.invalidRows = invalidRows;
        return copy;
    }

    /**
     * Returns settings for a list.
     *
     * @param name of the list at Pinterest, 1 to 255 characters. A list that was not made from this directory must not
     *     have it, unless {@link #useList} is called
     * @param directory of what was sent before; created if it is missing
     * @throws AdsException if the name is empty or longer
     */
    public static ListSettings of(String name, Path directory) {
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new AdsException("The name of a customer list has 1 to 255 characters, not " + name.length());
        }
        return new ListSettings(name, Objects.requireNonNull(directory, "directory"));
    }

    /**
     * Sets the file of the key: 64 hex digits. It is created if it is missing and nothing was sent yet. Default:
     * {@code key} in the directory.
     */
    public ListSettings keyFile(Path file) {
        ListSettings copy = copy();
        copy.keyFile = Objects.requireNonNull(file, "file");
        return copy;
    }

    /**
     * Uses a list that exists. Rows that are in it already, and that were not sent from this directory, are never
     * removed.
     */
    public ListSettings useList(String id) {
        ListSettings copy = copy();
        copy.listId = EntityClient.checkedId(id);
        return copy;
    }

    /**
     * Leaves out the rows for which the predicate is true, such as people who opted out. A sync removes them if they
     * were sent before. Default: none.
     *
     * @param predicate sees hashes and no raw address, see {@link CustomerRow#hashes}
     */
    public ListSettings suppress(Predicate<CustomerRow> predicate) {
        ListSettings copy = copy();
        copy.suppressed = Objects.requireNonNull(predicate, "predicate");
        return copy;
    }

    /** Leaves out invalid rows. Default: one invalid row refuses the whole source, and nothing is sent. */
    public ListSettings skipInvalidRows() {
        ListSettings copy = copy();
        copy.skipsInvalid = true;
        return copy;
    }

    /**
     * Sets how many rows a sync may remove. More are refused if they are over the percentage and over the number.
     * Default: 10 % and 100 rows.
     *
     * @param percent 0 to 100
     * @param rows 0 or more
     * @throws AdsException if a value is not valid
     */
    public ListSettings maxRemoval(int percent, long rows) {
        if (percent < 0 || percent > 100 || rows < 0) {
            throw new AdsException("The removal has 0 to 100 percent and 0 rows or more");
        }
        ListSettings copy = copy();
        copy.maxRemovalPercent = percent;
        copy.maxRemovalRows = rows;
        return copy;
    }

    /** Confirms that any number of rows may be removed. */
    public ListSettings allowMassRemoval() {
        ListSettings copy = copy();
        copy.allowsMassRemoval = true;
        return copy;
    }

    /**
     * Sets how many rows a request has. A request has 1 MB at most too. Default: 10,000.
     *
     * @param rows 1 to 10,000
     * @throws AdsException if the number is not valid
     */
    public ListSettings rowsPerRequest(int rows) {
        if (rows < 1 || rows > MAX_CHUNK_ROWS) {
            throw new AdsException("A request has 1 to 10,000 rows, not " + rows);
        }
        ListSettings copy = copy();
        copy.maxChunkRows = rows;
        return copy;
    }

    /**
     * Sets what receives the progress, in the thread that uploads. If it throws, the run ends, and the next one
     * continues.
     */
    public ListSettings onProgress(Consumer<ListProgress> listener) {
        ListSettings copy = copy();
        copy.progress = Objects.requireNonNull(listener, "listener");
        return copy;
    }

    /** Sets what receives each invalid row: what is wrong, without its values, and the number of its line. */
    public ListSettings onInvalidRow(ObjLongConsumer<String> listener) {
        ListSettings copy = copy();
        copy.invalidRows = Objects.requireNonNull(listener, "listener");
        return copy;
    }

    String name() {
        return name;
    }

    RunSettings toRun(String account, boolean removes) {
        Predicate<CustomerRow> isSuppressed = suppressed;
        return new RunSettings(
                account,
                name,
                listId,
                directory,
                keyFile,
                removes,
                skipsInvalid,
                allowsMassRemoval,
                maxRemovalPercent,
                maxRemovalRows,
                maxChunkRows,
                MAX_CHUNK_BYTES,
                (InputRow row) -> isSuppressed.test(new CustomerRow(row)),
                new Events(progress, invalidRows));
    }

    private record Events(Consumer<ListProgress> progress, ObjLongConsumer<String> invalidRows) implements RunEvents {
        @Override
        public void invalid(long line, String problem) {
            invalidRows.accept(problem, line);
        }

        @Override
        public void read(long rows) {
            progress.accept(new ListProgress(ListProgress.Phase.READING, rows, OptionalLong.empty()));
        }

        @Override
        public void sent(boolean isAdd, long rows, long of) {
            progress.accept(new ListProgress(
                    isAdd ? ListProgress.Phase.ADDING : ListProgress.Phase.REMOVING, rows, OptionalLong.of(of)));
        }
    }

    /** Shows the name of the list, and no file. */
    @Override
    public String toString() {
        return "ListSettings[\"" + name + "\"]";
    }
}
