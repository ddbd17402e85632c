// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.sqlite.SqliteExecutor;
import dev.epik.capi.outbox.sqlite.SqliteFile;
import dev.epik.capi.outbox.sqlite.SqliteTasks;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.capi.simulation.LocalStore;
import dev.epik.capi.simulation.SimulatedCrash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SqliteOutbox} on a real file whose writer is stepped by a simulation instead of a thread.
 *
 * <p><b>In a crash</b> the files are copied as they are at that moment, without a rollback or a checkpoint, and the
 * next opening finds the copies. The files of the crashed outbox are then closed and not used any more. Not thread-
 * safe.
 */
public final class SteppedSqlite implements LocalStore {
    private static final String NAME = "epik.db";

    /** The size of the queue, which is small so that it is sometimes full. */
    private static final int QUEUE_SIZE = 12;

    private final Path directory;
    private final Clock clock;
    private @Nullable Listener listener;
    private @Nullable Opened opened;
    private int crashes;
    private Path file;

    /** @param directory an empty directory */
    public SteppedSqlite(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        this.file = place();
    }

    private Path place() {
        try {
            return Files.createDirectory(directory.resolve("" + crashes)).resolve(NAME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void listener(Listener theListener) {
        listener = theListener;
    }

    private record Opened(SqliteOutbox outbox, Stepper stepper) {}

    @Override
    public void open() {
        List<Stepper> steppers = new ArrayList<>();
        SqliteOutbox outbox = SqliteOutbox.builder(file)
                .clock(clock)
                .crashPoints(this::reached)
                .executor((tasks, options) -> {
                    steppers.add(new Stepper(tasks));
                    return steppers.get(0);
                })
                .open();
        opened = new Opened(outbox, steppers.get(0));
    }

    private void reached(CrashPoint step) {
        Opened here = opened;
        Listener observer = listener;
        if (here == null || observer == null) {
            return; // the outbox is being opened or closed
        }
        here.stepper.stopIfCrashed();
        switch (step) {
            case STORING, CLAIMING, SETTLING, CHANGING -> observer.written();
            case STORED -> observer.stored();
            case CLAIMED, SETTLED, CHANGED -> {
                // the caller handles a crash after a call
            }
        }
        here.stepper.stopIfCrashed();
    }

    @Override
    public boolean isOpen() {
        return opened != null && !opened.stepper.crashed;
    }

    @Override
    public void crash() {
        Opened here = opened;
        if (here == null || here.stepper.crashed) {
            return;
        }
        crashes++;
        Path copy = place();
        try {
            for (String ending : List.of("", "-wal")) {
                if (Files.exists(SqliteFile.beside(file, ending))) {
                    Files.copy(SqliteFile.beside(file, ending), SqliteFile.beside(copy, ending));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file = copy;
        here.stepper.crashed = true;
        if (!here.stepper.working) {
            dispose(here);
        }
    }

    /** Closes the files that a crashed outbox has left behind. */
    private void dispose(Opened crashed) {
        opened = null;
        crashed.outbox.close();
    }

    @Override
    public void step() {
        if (isOpen()) {
            Stepper stepper = ensureOpen(opened).stepper;
            stepper.work(stepper.queued());
        }
    }

    private static Opened ensureOpen(@Nullable Opened opened) {
        if (opened == null || opened.stepper.crashed) {
            throw new OutboxException("simulated: the outbox is closed");
        }
        return opened;
    }

    private SqliteOutbox outbox() {
        return ensureOpen(opened).outbox;
    }

    /** Executes tasks on request. */
    private final class Stepper implements SqliteExecutor {
        private final SqliteTasks tasks;
        private final WriterQueue<SqliteTasks.Task> queue = new WriterQueue<>(QUEUE_SIZE);
        private boolean working;
        private boolean crashed;

        Stepper(SqliteTasks tasks) {
            this.tasks = tasks;
        }

        private void stopIfCrashed() {
            if (crashed) {
                throw new SimulatedCrash();
            }
        }

        private List<SqliteTasks.Task> queued() {
            List<SqliteTasks.Task> tasks = new ArrayList<>();
            queue.poll(tasks, SqliteTasks.MAX_AT_ONCE, 0);
            return tasks;
        }

        private void work(List<SqliteTasks.Task> inHand) {
            if (working) {
                throw new IllegalStateException("a task of the outbox waits for another task");
            }
            working = true;
            try {
                tasks.work(inHand);
            } finally {
                working = false;
                if (crashed) {
                    dispose(Objects.requireNonNull(opened));
                }
            }
        }

        @Override
        public CompletableFuture<List<EventStore.Added>> add(List<StoredEvent> events) {
            SqliteTasks.Add add = new SqliteTasks.Add(events, new CompletableFuture<>());
            if (queue.offer(add, WriterQueue.Priority.NORMAL) == WriterQueue.Offered.QUEUED) {
                if (listener != null) {
                    listener.queued();
                }
            } else {
                add.answer()
                        .complete(events.stream()
                                .map(event -> EventStore.Added.FULL)
                                .toList());
            }
            return add.answer();
        }

        @Override
        public <T> T call(TransactionKind kind, OutboxTable.Work<T> work) {
            stopIfCrashed();
            SqliteTasks.Call<T> call = new SqliteTasks.Call<>(kind, work, new CompletableFuture<>());
            List<SqliteTasks.Task> inHand = queued(); // earlier calls are executed first
            inHand.add(call);
            work(inHand);
            try {
                return call.answer().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SimulatedCrash crash) {
                    throw crash;
                }
                throw e.getCause() instanceof RuntimeException ours
                        ? ours
                        : new OutboxException("simulated: the outbox failed: " + e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            if (!crashed) {
                work(queued());
            }
            queue.close();
            tasks.close();
        }

        @Override
        public boolean hasEnded() {
            return tasks.isClosed();
        }

        @Override
        public int replaced() {
            return 0;
        }
    }

    // --- the outbox

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return outbox().add(event);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return outbox().addAll(events);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return outbox().dueAccounts();
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return outbox().peek(adAccount, max);
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        return outbox().claim(adAccount, kind, maxEvents, maxBytes, lease);
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return outbox().extend(batch, lease);
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        return outbox().settle(batch, settlements);
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        outbox().pause(adAccount, time, reason);
    }

    @Override
    public void resume(String adAccount) {
        outbox().resume(adAccount);
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        return outbox().releaseSuspects(adAccount, suspectReason);
    }

    @Override
    public Backlog backlog(String adAccount) {
        return outbox().backlog(adAccount);
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return outbox().deadLetters(adAccount, max);
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return outbox().deadLettersOlderThan(age);
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        return outbox().redrive(adAccount, which, scope);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return outbox().cancel(key);
    }

    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        return outbox().find(which);
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        return outbox().forgetDelivered(key);
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        return outbox().forget(deliveredOlderThan, deadOlderThan);
    }

    @Override
    public List<BooksDifference> verify() {
        return outbox().verify();
    }

    /** Executes the waiting tasks, and closes the files. */
    @Override
    public void close() {
        step();
        Opened here = opened;
        if (here != null) {
            dispose(here);
        }
    }
}
