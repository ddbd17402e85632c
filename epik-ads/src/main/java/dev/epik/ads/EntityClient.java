// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.Paging;
import dev.epik.ads.http.WriteOutcome;
import dev.epik.ads.http.WriteReading;
import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.Violation;
import dev.epik.ads.spend.SpendCheck;
import dev.epik.ads.spend.UnusualAmount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The campaigns, the ad groups or the ads of an ad account. Thread-safe. It lives as long as its {@link AdsClient}.
 *
 * <p>Reads throw {@link AdsException} if Pinterest cannot be read after some tries. Writes return a
 * {@link WriteResult}; they throw {@code AdsException} only before anything is sent.
 *
 * @param <E> what is read
 * @param <S> what is written
 */
public final class EntityClient<E extends AdsEntity, S extends AdsSpec<S>> {
    private static final int MAX_USUAL = 1000;

    /** The ids in one address, which must not be too long. */
    private static final int MAX_IDS = 100;

    private final AdsContext context;
    private final EntityKind<E, S> kind;

    EntityClient(AdsContext context, EntityKind<E, S> kind) {
        this.context = context;
        this.kind = kind;
    }

    /** Returns the entity with an id; empty if there is none. */
    public Optional<E> find(String id) {
        return context.entity(kind.path(), id).map(kind::read);
    }

    /** Returns all that are active or paused. The stream reads page by page; close it if you do not read to its end. */
    public Stream<E> list() {
        return list(EnumSet.of(EntityStatus.ACTIVE, EntityStatus.PAUSED));
    }

    /**
     * Returns all with one of these statuses. The stream reads page by page.
     *
     * @param statuses at least one; {@link EntityStatus#OTHER} is ignored
     */
    public Stream<E> list(Set<EntityStatus> statuses) {
        return list("", statuses);
    }

    private Stream<E> list(String filter, Set<EntityStatus> statuses) {
        String query = statuses.stream()
                .filter(status -> status != EntityStatus.OTHER)
                .map(status -> "entity_statuses=" + status)
                .collect(Collectors.joining("&"));
        if (query.isEmpty()) {
            throw new AdsException("Name at least one status to list");
        }
        return Paging.of(context.calls(), context.path("/" + kind.path() + "?" + query + filter))
                .map(kind::read);
    }

    /**
     * Returns the campaigns with these ids, or the ad groups or ads of these campaigns. The stream reads page by page.
     *
     * @param campaignIds any number; none returns nothing
     * @param statuses at least one; {@link EntityStatus#OTHER} is ignored
     */
    public Stream<E> listOf(Collection<String> campaignIds, Set<EntityStatus> statuses) {
        List<String> ids =
                campaignIds.stream().map(EntityClient::checkedId).distinct().toList();
        return IntStream.range(0, (ids.size() + MAX_IDS - 1) / MAX_IDS).boxed().flatMap(part -> {
            List<String> some = ids.subList(part * MAX_IDS, Math.min(ids.size(), (part + 1) * MAX_IDS));
            String query = some.stream().map(id -> "&campaign_ids=" + id).collect(Collectors.joining());
            return list(query, statuses);
        });
    }

    /**
     * Returns all of a name, whatever their status: what to look at after {@link WriteResult.Unknown}. Pinterest's own
     * list leaves out drafts and archived ones.
     */
    public List<E> findByName(String name) {
        Objects.requireNonNull(name, "name");
        try (Stream<E> all = list(EnumSet.complementOf(EnumSet.of(EntityStatus.OTHER)))) {
            return all.filter(entity -> entity.name().equals(name)).toList();
        }
    }

    /**
     * Creates one, paused unless {@code active()} was called on the spec.
     *
     * @return rejected without a call if it would break a rule or is active
     */
    public WriteResult<E> create(S spec) {
        return write(null, spec, null);
    }

    /** Creates one, which may be active if the limit allows it. */
    public WriteResult<E> create(S spec, SpendLimit limit) {
        return write(null, spec, Objects.requireNonNull(limit, "limit"));
    }

    /**
     * Changes the fields that the spec has set, and no others.
     *
     * @return rejected without a call if it would break a rule or can raise what is spent
     */
    public WriteResult<E> update(String id, S change) {
        return write(checkedId(id), change, null);
    }

    /** Changes the fields that the spec has set, which may raise what is spent if the limit allows it. */
    public WriteResult<E> update(String id, S change, SpendLimit limit) {
        return write(checkedId(id), change, Objects.requireNonNull(limit, "limit"));
    }

    /**
     * Pauses several in one request. It reads nothing before or after it: look at their list again. A journal that
     * cannot be written does not stop it.
     *
     * @param entities at most 30, which is Pinterest's limit
     * @return one result for each, in their order
     */
    public List<WriteResult<E>> pause(List<E> entities) {
        context.writing().lock();
        try {
            List<EntityKind.Write> writes = entities.stream()
                    .map(entity -> kind.change(entity.read(), kind.pausing(), context.now()))
                    .toList();
            for (EntityKind.Write write : writes) {
                try {
                    journal(write);
                } catch (AdsException ignored) {
                    // a full disk must not keep anything from being paused; it is logged with the result
                }
            }
            List<WriteOutcome> outcomes = WriteReading.ofList(
                    context.calls()
                            .write(
                                    "PATCH",
                                    context.path("/" + kind.path()),
                                    writes.stream().map(EntityKind.Write::body).toList()),
                    writes.size());
            List<WriteResult<E>> results = new ArrayList<>();
            for (int i = 0; i < writes.size(); i++) {
                WriteResult<E> result = result(
                        writes.get(i), outcomes.get(i), data -> new WriteResult.Applied<>(kind.read(data), List.of()));
                results.add(result);
            }
            return List.copyOf(results);
        } finally {
            context.writing().unlock();
        }
    }

    private WriteResult<E> write(@Nullable String id, S spec, @Nullable SpendLimit limit) {
        context.writing().lock();
        try {
            Optional<String> currency = spec.currencies().stream()
                    .filter(other -> !other.equals(context.account().currency()))
                    .findFirst();
            if (currency.isPresent()) {
                return WriteResults.refused("An amount is in " + currency.get() + ", the ad account in "
                        + context.account().currency() + ": convert it");
            }
            EntityKind.Write write =
                    id == null ? kind.create(spec, context.now()) : kind.change(current(id), spec, context.now());
            WriteResult<E> refusal = refusal(write, limit);
            return refusal != null ? refusal : send(write);
        } finally {
            context.writing().unlock();
        }
    }

    private Fields current(String id) {
        return context.entity(kind.path(), id)
                .orElseThrow(() -> new AdsException("Pinterest does not know " + kind.path() + " " + id));
    }

    private @Nullable WriteResult<E> refusal(EntityKind.Write write, @Nullable SpendLimit limit) {
        List<Violation> violations = write.violations();
        if (!violations.isEmpty()) {
            OptionalInt code = violations.stream()
                    .map(Violation::code)
                    .filter(OptionalInt::isPresent)
                    .findFirst()
                    .orElse(OptionalInt.empty());
            String all = violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
            return new WriteResult.Rejected<>(code, all, false);
        }
        if (limit == null || !limit.allowsUnusualAmounts()) {
            List<String> unusual =
                    UnusualAmount.in(write.body(), context.account().currency(), this::existing);
            if (!unusual.isEmpty()) {
                return WriteResults.refused(unusual.get(0));
            }
        }
        boolean needsSum =
                write.spend().raises() && limit != null && limit.activeSum().isPresent();
        long others = needsSum ? context.otherActiveSpend(write.campaignId(), context.now()) : 0;
        List<String> refusals =
                SpendCheck.refusals(write.spend(), others, context.account().currency(), limit);
        return refusals.isEmpty() ? null : WriteResults.refused(String.join("; ", refusals));
    }

    /** Returns entities whose amounts are usual, at most 1,000. */
    private List<Fields> existing() {
        try (Stream<E> all = list()) {
            return all.limit(MAX_USUAL).map(AdsEntity::read).toList();
        }
    }

    private WriteResult<E> send(EntityKind.Write write) {
        journal(write);
        WriteOutcome outcome = WriteReading.ofList(
                        context.calls()
                                .write(
                                        write.id().isEmpty() ? "POST" : "PATCH",
                                        context.path("/" + kind.path()),
                                        List.of(write.body())),
                        1)
                .get(0);
        return result(write, outcome, data -> applied(data, write.body()));
    }

    private void journal(EntityKind.Write write) {
        context.journal()
                .sending(
                        kind.path(),
                        write.id(),
                        write.current().map(Fields::json).orElse(null),
                        write.body());
    }

    private WriteResult<E> result(
            EntityKind.Write write, WriteOutcome outcome, Function<Fields, WriteResult<E>> written) {
        boolean isOther = outcome instanceof WriteOutcome.Written other
                && !write.id().isEmpty()
                && !AdsContext.isSame(write.id(), other.data());
        WriteOutcome checked = isOther ? new WriteOutcome.Unclear("The answer is about another one") : outcome;
        WriteResult<E> result = checked instanceof WriteOutcome.Written own
                ? written.apply(own.data())
                : WriteResults.notWritten(checked, "look for it by its name, in all statuses");
        context.journal().result(kind.path(), write.id(), result);
        return result;
    }

    private WriteResult<E> applied(Fields data, Map<String, @Nullable Object> body) {
        Fields readBack = data;
        String id = data.text("id").orElse("");
        try {
            readBack = context.entity(kind.path(), id).orElse(data);
        } catch (AdsException e) {
            // it was written: the answer to the write has the fields
        }
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, @Nullable Object> sent : body.entrySet()) {
            Object now = readBack.json().get(sent.getKey());
            boolean isSame = Objects.equals(sent.getValue(), now)
                    || (now == null && (sent.getValue() instanceof Long number && number <= 0))
                    || sent.getKey().equals("ad_account_id");
            if (!isSame && readBack.json().containsKey(sent.getKey())) {
                differences.add(sent.getKey() + " is " + now + ", sent was " + sent.getValue());
            }
        }
        return new WriteResult.Applied<>(kind.read(readBack), differences);
    }

    /** @throws AdsException if it is not an id, so that no path can be made of it */
    static String checkedId(String id) {
        if (!id.matches("[A-Z]{0,2}[0-9]{1,18}")) {
            throw new AdsException("The id has digits only");
        }
        return id;
    }
}
