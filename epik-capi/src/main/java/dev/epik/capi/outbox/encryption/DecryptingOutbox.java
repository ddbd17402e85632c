// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.encryption.PayloadReader.Reading;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts what an outbox returns; what is added is passed on as it is. Events that were stored in clear are returned
 * as they are. An event whose key is missing is given back by the claim that met it, and waits. One that was changed
 * becomes a dead letter. A search and a list of dead letters return an event that cannot be decrypted with its
 * encrypted text. Thread-safe. Closing it closes the outbox.
 *
 * <p>The limit of bytes of a claim counts encrypted texts, which are longer than what they contain.
 */
public final class DecryptingOutbox implements Outbox {
    private static final Logger LOG = System.getLogger(DecryptingOutbox.class.getName());

    /** How long a claim waits for a key: it runs on the thread that serves all ad accounts. */
    private static final Duration CLAIM_WAIT = Duration.ofMillis(100);

    /** How long operators wait for a key. */
    private static final Duration OPERATOR_WAIT = Duration.ofSeconds(5);

    /** Claims that one call makes to find an event that can be decrypted. */
    private static final int MAX_CLAIMS = 5;

    private final Outbox outbox;
    private final PayloadReader reader;

    /** @param keys null if the client has none: then encrypted events wait, so that their texts are never sent */
    public DecryptingOutbox(Outbox outbox, @Nullable KeyRing keys) {
        this.outbox = outbox;
        this.reader = new PayloadReader(keys);
    }

    /** The {@code storeKey} of a decrypted event: what the outbox has claimed. */
    private static final class Encrypted {
        final Batch.Claimed claimed;

        Encrypted(Batch.Claimed claimed) {
            this.claimed = claimed;
        }

        /** Returns what the outbox has claimed. */
        static Batch.Claimed original(Batch.Claimed claimed) {
            return claimed.storeKey() instanceof Encrypted encrypted ? encrypted.claimed : claimed;
        }
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        for (int claims = 0; claims < MAX_CLAIMS; claims++) {
            Optional<Batch> claimed = outbox.claim(adAccount, kind, maxEvents, maxBytes, lease);
            if (claimed.isEmpty()) {
                return claimed;
            }
            Batch readable = decrypted(claimed.get());
            if (!readable.claimed().isEmpty()) {
                return Optional.of(readable);
            }
        }
        return Optional.empty();
    }

    private Batch decrypted(Batch batch) {
        if (batch.claimed().stream()
                .noneMatch(claimed -> PayloadCodec.isEncrypted(claimed.event().json()))) {
            return batch;
        }
        reader.awaitKeys(batch.events(), CLAIM_WAIT);
        List<Batch.Claimed> readable = new ArrayList<>(batch.claimed().size());
        List<Settlement> others = new ArrayList<>();
        for (Batch.Claimed claimed : batch.claimed()) {
            Reading reading = reader.read(claimed.event());
            if (reading instanceof Reading.Plain plain) {
                readable.add(new Batch.Claimed(
                        plain.event(), claimed.redriven(), claimed.history(), new Encrypted(claimed)));
            } else if (reading instanceof Reading.NoKey noKey) {
                others.add(Settlement.postponed(claimed, noKey.reason(), noKey.retryDelay(), claimed.history()));
            } else if (reading instanceof Reading.Changed changed) {
                others.add(Settlement.of(claimed, new Outcome.Rejected(changed.reason())));
            }
        }
        if (!others.isEmpty()) {
            giveBack(batch, others);
        }
        return new Batch(batch.lease(), List.copyOf(readable));
    }

    /** Settles events that cannot be decrypted. If that fails, they wait until their lease ends. */
    private void giveBack(Batch batch, List<Settlement> settlements) {
        try {
            var unused = outbox.settle(batch, settlements);
        } catch (OutboxException e) {
            LOG.log(Level.DEBUG, "Encrypted events could not be given back, and wait for the end of their lease", e);
        }
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return outbox.extend(
                new Batch(
                        batch.lease(),
                        batch.claimed().stream().map(Encrypted::original).toList()),
                lease);
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        SettleResult result = outbox.settle(
                batch, settlements.stream().map(DecryptingOutbox::original).toList());
        if (result.locked().isEmpty()) {
            return result;
        }
        Map<StoredEvent.Key, Settlement> given = new HashMap<>();
        settlements.forEach(each -> given.put(each.event().key(), each));
        List<Settlement> locked = result.locked().stream()
                .map(each -> given.getOrDefault(each.event().key(), each))
                .toList();
        return new SettleResult(result.settled(), locked);
    }

    /** Returns the settlement of what the outbox has claimed. */
    private static Settlement original(Settlement given) {
        return given.claimed().storeKey() instanceof Encrypted encrypted
                ? new Settlement(encrypted.claimed, given.outcome(), given.retryDelay(), given.history())
                : given;
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        List<DeadLetter> letters = outbox.deadLetters(adAccount, max);
        reader.awaitKeys(letters.stream().map(DeadLetter::event).toList(), OPERATOR_WAIT);
        return letters.stream()
                .map(letter -> new DeadLetter(readOrKeep(letter.event()), letter.reason(), letter.since()))
                .toList();
    }

    private StoredEvent readOrKeep(StoredEvent event) {
        return reader.read(event) instanceof Reading.Plain plain ? plain.event() : event;
    }

    /** Searches again if a key was not known yet, because the predicate runs on a thread that must not wait. */
    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        Map<String, StoredEvent> unread = new ConcurrentHashMap<>();
        List<FoundEvent> found = find(which, unread);
        if (unread.isEmpty()) {
            return found;
        }
        reader.awaitKeys(unread.values(), OPERATOR_WAIT);
        return find(which, new ConcurrentHashMap<>());
    }

    private List<FoundEvent> find(Predicate<StoredEvent> which, Map<String, StoredEvent> unread) {
        return outbox.find(event -> {
            StoredEvent read = readOrKeep(event);
            PayloadCodec.keyId(read.json()).ifPresent(id -> unread.putIfAbsent(id, read));
            return which.test(read);
        });
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return outbox.add(event);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return outbox.add(event, deadline);
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return outbox.addEach(events, deadline);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return outbox.addAll(events);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return outbox.dueAccounts();
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return outbox.peek(adAccount, max);
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        outbox.pause(adAccount, time, reason);
    }

    @Override
    public void resume(String adAccount) {
        outbox.resume(adAccount);
    }

    @Override
    public void noteUnknown(String adAccount) {
        outbox.noteUnknown(adAccount);
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        return outbox.releaseSuspects(adAccount, suspectReason);
    }

    @Override
    public Backlog backlog(String adAccount) {
        return outbox.backlog(adAccount);
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return outbox.deadLettersOlderThan(age);
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        return outbox.redrive(adAccount, which, scope);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return outbox.cancel(key);
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        return outbox.forgetDelivered(key);
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        return outbox.forget(deliveredOlderThan, deadOlderThan);
    }

    @Override
    public List<BooksDifference> verify() {
        return outbox.verify();
    }

    @Override
    public Set<Capability> capabilities() {
        return outbox.capabilities();
    }

    @Override
    public int replacedThreads() {
        return outbox.replacedThreads();
    }

    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        outbox.connect(submitTimeout, moved);
    }

    @Override
    public void committed(String adAccount, int events) {
        outbox.committed(adAccount, events);
    }

    @Override
    public Outbox database() {
        return outbox.database();
    }

    @Override
    public long unread() {
        return outbox.unread();
    }

    @Override
    public boolean hasSpool() {
        return outbox.hasSpool();
    }

    @Override
    public Backlog spooled(String adAccount) {
        return outbox.spooled(adAccount);
    }

    @Override
    public List<String> spooledAccounts() {
        return outbox.spooledAccounts();
    }

    @Override
    public void close() {
        outbox.close();
    }
}
