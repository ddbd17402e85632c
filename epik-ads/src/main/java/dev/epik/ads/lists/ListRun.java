// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.http.WriteOutcome;
import dev.epik.ads.json.Fields;
import dev.epik.capi.EpikException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run: reads the rows, compares them with what was sent before, and sends the difference, removals first.
 *
 * <p><b>In a crash.</b> Before each request a line with its rows is on the disk. The next run reads it, takes these
 * rows for uncertain, and compares again with the rows that it gets. So it sends nothing that is not wanted any more.
 * Not thread-safe.
 */
public final class ListRun {
    private static final int ROWS_PER_EVENT = 10_000;

    private final ListApi api;
    private final RunSettings settings;
    private final ListCrashPoint.Listener crashPoints;
    private boolean isSent;

    public ListRun(ListApi api, RunSettings settings, ListCrashPoint.Listener crashPoints) {
        this.api = api;
        this.settings = settings;
        this.crashPoints = crashPoints;
    }

    /** Opens the rows of the caller. */
    @FunctionalInterface
    public interface Opening {
        RowSource open() throws IOException;
    }

    /** Runs to the end, or to the first problem. */
    public RunOutcome run(Opening rows) {
        try (ListDirectory directory = ListDirectory.open(settings.directory(), settings.keyFile(), crashPoints)) {
            RunOutcome outcome = run(directory, rows);
            directory.settle(crashPoints); // also deletes the files of a run that was refused
            return outcome;
        } catch (ListException e) {
            return stopped(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return stopped(
                    e instanceof ClosedByInterruptException
                            ? "The thread was interrupted"
                            : "The directory of the list cannot be read or written ("
                                    + e.getClass().getSimpleName()
                                    + "): check the free space of the disk and the permissions");
        }
    }

    private RunOutcome stopped(String message) {
        return isSent
                ? new RunOutcome.Unclear(message + ". Some rows were sent: run it again, and it continues")
                : RunOutcome.Refused.before(message);
    }

    private RunOutcome run(ListDirectory directory, Opening rows) throws IOException {
        directory.settle(crashPoints);
        ListMeta stored = directory.meta().orElse(null);
        Collected collected;
        ListForm form;
        try (RowSource source = open(rows)) {
            form = source.form();
            ListMeta wanted = new ListMeta(settings.account(), settings.name(), form, settings.listId(), false);
            String difference =
                    stored == null ? null : stored.difference(wanted).orElse(null);
            if (difference != null) {
                return RunOutcome.Refused.before(difference);
            }
            collected = collect(directory, source);
        }
        if (collected.invalid > 0 && !settings.skipsInvalid()) {
            return RunOutcome.Refused.before(
                    collected.invalid + " of " + collected.read + " rows are invalid, the first at"
                            + " line " + collected.firstInvalid
                            + ". Nothing was sent: correct them, or leave them out (skipInvalidRows,"
                            + " --skip-invalid)");
        }
        ListMeta meta = new ListMeta(settings.account(), settings.name(), form, settings.listId(), false);
        Found found = found(directory, stored != null && (stored.id() != null || meta.id() == null) ? stored : meta);
        if (found.refusal != null) {
            return found.refusal;
        }
        return send(directory, found.meta, collected);
    }

    private static RowSource open(Opening rows) {
        try {
            return rows.open();
        } catch (IOException e) { // its message may quote what was read
            throw new ListException("The rows cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** The rows of the source. Not thread-safe. */
    private static final class Collected {
        long read;
        long invalid;
        long firstInvalid;
        long suppressed;
        long distinct;
    }

    private Collected collect(ListDirectory directory, RowSource source) throws IOException {
        Collected counts = new Collected();
        try (RowSorter sorter = directory.sorter()) {
            for (InputRow row = next(source); row != null; row = next(source)) {
                counts.read++;
                List<String> problems = row.problems(source.form());
                if (!problems.isEmpty()) {
                    counts.firstInvalid = counts.invalid == 0 ? source.line() : counts.firstInvalid;
                    counts.invalid++;
                    problems.forEach(problem -> settings.events().invalid(source.line(), problem));
                } else if (settings.isSuppressed().test(row)) {
                    counts.suppressed++;
                } else {
                    sorter.add(directory.cipher().seal(row.content(source.form())));
                }
                if (counts.read % ROWS_PER_EVENT == 0) {
                    settings.events().read(counts.read);
                }
            }
            counts.distinct = sorter.writeTo(directory.wanted());
        }
        settings.events().read(counts.read);
        crashPoints.reached(ListCrashPoint.ROWS_SORTED);
        return counts;
    }

    private static @Nullable InputRow next(RowSource source) {
        try {
            return source.next();
        } catch (IOException e) {
            throw new ListException("The rows cannot be read after line " + source.line() + ": "
                    + e.getClass().getSimpleName());
        }
    }

    /** The list, or why it cannot be used. */
    private record Found(ListMeta meta, @Nullable RunOutcome refusal) {}

    /**
     * Finds the list whose creation was not settled, and makes sure that there is none of its name before one is made.
     */
    private Found found(ListDirectory directory, ListMeta meta) throws IOException {
        if (meta.id() != null) {
            return api.find(meta.id()).isPresent()
                    ? new Found(meta, null)
                    : new Found(
                            meta,
                            RunOutcome.Refused.before("Pinterest has no customer list with the id " + meta.id()
                                    + ": was it deleted? Begin a new one in another directory"));
        }
        List<Fields> named = api.named(meta.name());
        if (named.size() == 1 && meta.isCreating()) {
            ListMeta known = meta.withId(named.get(0).text("id").orElse(""));
            directory.store(known);
            return new Found(known, null);
        }
        if (!named.isEmpty()) {
            String ids = String.join(
                    ", ",
                    named.stream().map(list -> list.text("id").orElse("?")).toList());
            return new Found(
                    meta,
                    RunOutcome.Refused.before("Pinterest has a customer list \"" + meta.name()
                            + "\" already, with the id " + ids + ": choose another name, or call useList with the id"));
        }
        directory.clearRows(); // they were sent to a list that was not created
        return new Found(meta.creating(false), null);
    }

    private RunOutcome send(ListDirectory directory, ListMeta found, Collected collected) throws IOException {
        directory.createRows();
        RowMerge.Plan plan = RowMerge.plan(directory, settings.removes());
        String refusal = Removal.refusal(plan, settings).orElse(null);
        if (refusal != null) {
            return RunOutcome.Refused.before(refusal);
        }
        directory.store(found);
        directory.write(RunProgress.START);
        crashPoints.reached(ListCrashPoint.PLAN_STARTED);
        Sending sending = new Sending(directory, found);
        RunOutcome problem = sending.all(false, plan.toRemove());
        if (problem == null) {
            problem = sending.all(true, plan.toAdd());
        }
        if (problem != null) {
            return problem;
        }
        directory.write(sending.progress);
        crashPoints.reached(ListCrashPoint.ALL_SENT);
        directory.settle(crashPoints);
        RunCounts counts = new RunCounts(
                collected.read,
                collected.invalid,
                collected.suppressed,
                collected.read - collected.invalid - collected.suppressed - collected.distinct,
                plan.unchanged(),
                plan.toAdd(),
                plan.toRemove());
        return new RunOutcome.Done(readBack(sending.meta), counts);
    }

    private Fields readBack(ListMeta meta) {
        String id = Objects.requireNonNull(meta.id());
        Fields known = new Fields(Map.of("id", id, "name", meta.name()));
        try {
            return api.find(id).orElse(known);
        } catch (EpikException ignored) { // all rows were sent
            return known;
        }
    }

    /** Sends the rows of one run, chunk by chunk. */
    private final class Sending {
        private final ListDirectory directory;
        private ListMeta meta;
        private RunProgress progress = RunProgress.START;

        Sending(ListDirectory directory, ListMeta meta) {
            this.directory = directory;
            this.meta = meta;
        }

        /** Sends all rows to add or to remove. Returns why it stopped; null at the end. */
        @Nullable
        RunOutcome all(boolean isAdd, long total) throws IOException {
            try (RowFile.Reader rows = new RowFile.Reader(directory.planned(isAdd), directory.cipher())) {
                Chunks chunks = new Chunks(rows, directory.cipher(), meta.form(), settings);
                long sent = 0;
                for (List<Object> chunk = chunks.next(); !chunk.isEmpty(); chunk = chunks.next()) {
                    progress = progress.sending(isAdd, chunk.size());
                    directory.write(progress);
                    crashPoints.reached(ListCrashPoint.BEFORE_REQUEST);
                    RunOutcome problem = request(isAdd, chunk);
                    if (problem != null) {
                        return problem;
                    }
                    crashPoints.reached(ListCrashPoint.AFTER_REQUEST);
                    progress = progress.confirmed();
                    sent += chunk.size();
                    settings.events().sent(isAdd, sent, total);
                }
            }
            return null;
        }

        private @Nullable RunOutcome request(boolean isAdd, List<Object> chunk) throws IOException {
            String id = meta.id();
            if (id == null) {
                WriteOutcome created = create(chunk);
                if (created instanceof WriteOutcome.Written written) {
                    store(written.data().text("id").orElse(""));
                    return null;
                }
                List<Fields> named = created instanceof WriteOutcome.Refused ? List.of() : api.named(meta.name());
                if (named.size() != 1) {
                    return stopped(
                            created,
                            "It may still appear: run it again in some minutes, and it looks for the name" + " first");
                }
                id = store(named.get(0).text("id").orElse(""));
            }
            isSent = true;
            Map<String, Object> body = body(chunk);
            body.put("operation_type", isAdd ? "ADD" : "REMOVE");
            WriteOutcome outcome = api.change(id, body, chunk.size());
            return outcome instanceof WriteOutcome.Written
                    ? null
                    : stopped(outcome, "Run it again: it continues with these rows");
        }

        private WriteOutcome create(List<Object> chunk) throws IOException {
            meta = meta.creating(true);
            directory.store(meta);
            crashPoints.reached(ListCrashPoint.CREATION_NOTED);
            Map<String, Object> body = body(chunk);
            body.put("name", meta.name());
            body.put("list_type", "EMAIL");
            isSent = true;
            WriteOutcome outcome = api.create(body, chunk.size());
            if (outcome instanceof WriteOutcome.Refused) {
                meta = meta.creating(false);
                directory.store(meta);
            }
            return outcome;
        }

        private String store(String id) throws IOException {
            meta = meta.withId(id);
            directory.store(meta);
            crashPoints.reached(ListCrashPoint.LIST_ID_STORED);
            return id;
        }

        private Map<String, Object> body(List<Object> chunk) {
            Map<String, Object> body = new LinkedHashMap<>();
            if (meta.form() == ListForm.EMAILS) {
                List<String> records = new ArrayList<>();
                chunk.forEach(row -> records.add((String) row));
                body.put("records", String.join(",", records));
            } else {
                body.put("records_v2", chunk);
            }
            return body;
        }

        private RunOutcome stopped(WriteOutcome outcome, String cure) {
            String rows =
                    ". Confirmed are " + progress.removed() + " removed and " + progress.added() + " added rows. ";
            if (outcome instanceof WriteOutcome.Refused refused) {
                return new RunOutcome.Refused(
                        refused.code(), refused.message() + rows + "Run it again after that", true);
            }
            String reason = outcome instanceof WriteOutcome.Unclear unclear ? unclear.reason() : "";
            return new RunOutcome.Unclear(reason + rows + cure);
        }
    }
}
