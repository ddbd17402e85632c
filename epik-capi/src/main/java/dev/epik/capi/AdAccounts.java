// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.epik.capi.pinterest.AdAccountId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The ad accounts of one client: those that have a name, and those that an {@link AdAccount.Source} looks up by id. Ad
 * accounts are added and never removed. Thread-safe.
 */
final class AdAccounts implements AdAccount.Source {
    static final Duration UNKNOWN_REMEMBERED = Duration.ofMinutes(10);

    /** The maximum size of each of the two caches. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final int MAX_NAMES_LISTED = 20;

    private final Map<String, AdAccount> byName = new ConcurrentHashMap<>();
    private final Map<String, Named> byId = new ConcurrentHashMap<>();

    /** Second names of ad accounts, with the first ones. */
    private final Map<String, String> aliases = new ConcurrentHashMap<>();

    /** The ad accounts that have a name, in the order in which they were added. */
    private final Queue<Named> named = new ConcurrentLinkedQueue<>();

    private final AdAccount.@Nullable Source source;

    /** Ids that the source did not know. */
    private final Cache<String, Boolean> unknown;

    /** Ids that the source knew when it was last asked. */
    private final Cache<String, Boolean> found = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** An ad account with the name that submits use. */
    record Named(String name, AdAccount account) {}

    /** @param source null if only ad accounts that have a name are known */
    AdAccounts(AdAccount.@Nullable Source source) {
        this(source, Ticker.systemTicker());
    }

    AdAccounts(AdAccount.@Nullable Source source, Ticker ticker) {
        this.source = source;
        this.unknown = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(UNKNOWN_REMEMBERED)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the same ad accounts, with this source beside them. */
    AdAccounts copy(AdAccount.@Nullable Source withSource) {
        AdAccounts copy = new AdAccounts(withSource);
        named.forEach(each -> copy.add(each.name(), each.account()));
        aliases.forEach(copy::addAlias);
        return copy;
    }

    /** @throws EpikException if the name or the id is already in use */
    synchronized void add(String name, AdAccount account) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(account, "account");
        if (byName.containsKey(name)) {
            throw new EpikException("There are two ad accounts \"" + name + "\": give each a name of its own");
        }
        Named same = byId.get(account.id());
        if (same != null) {
            throw new EpikException("The ad accounts \"" + same.name() + "\" and \"" + name + "\" have the same id "
                    + account.id() + ": name it once");
        }
        Named added = new Named(name, account);
        byId.put(account.id(), added);
        byName.put(name, account);
        named.add(added);
        unknown.invalidate(account.id());
    }

    /**
     * Gives an ad account another name.
     *
     * @throws EpikException if the name is already in use
     */
    synchronized void addAlias(String alias, String name) {
        AdAccount account = byName.get(name);
        if (account == null || byName.putIfAbsent(Objects.requireNonNull(alias, "alias"), account) != null) {
            throw new EpikException("There are two ad accounts \"" + alias + "\": give each a name of its own");
        }
        aliases.put(alias, name);
    }

    boolean isEmpty() {
        return named.isEmpty();
    }

    /** Returns whether there may be ad accounts beside those that have a name. */
    boolean hasSource() {
        return source != null;
    }

    /**
     * Returns the id of the ad account that a submit is for. The source is asked only if the id is new.
     *
     * @param account a name or, if no ad account has that name, an id
     */
    Optional<String> idOf(@Nullable String account) {
        if (account == null) {
            return Optional.empty();
        }
        AdAccount withName = byName.get(account);
        if (withName != null) {
            return Optional.of(withName.id());
        }
        boolean isKnown = byId.containsKey(account) || found.getIfPresent(account) != null;
        return isKnown ? Optional.of(account) : byId(account).map(AdAccount::id);
    }

    /** Returns the ad account of this name or id. */
    Optional<AdAccount> find(@Nullable String account) {
        if (account == null) {
            return Optional.empty();
        }
        AdAccount withName = byName.get(account);
        return withName != null ? Optional.of(withName) : byId(account);
    }

    /**
     * Returns the ad account with this id. Throws what the source throws; that is not remembered.
     *
     * @throws EpikException if the source returns an ad account with another id
     */
    @Override
    public Optional<AdAccount> byId(String id) {
        Named withName = byId.get(id);
        if (withName != null) {
            return Optional.of(withName.account());
        }
        if (source == null || !AdAccountId.isValid(id) || unknown.getIfPresent(id) != null) {
            return Optional.empty();
        }
        Optional<AdAccount> answer = source.byId(id);
        if (answer.isEmpty()) {
            found.invalidate(id);
            unknown.put(id, true);
            return answer;
        }
        if (!answer.get().id().equals(id)) {
            throw new EpikException("The AdAccount.Source returned the ad account "
                    + answer.get().id() + " for the id " + id
                    + ": it must return the ad account that it is asked for, or none");
        }
        found.put(id, true);
        return answer;
    }

    /** Returns the name of the ad account with this id, or nothing if it has none. */
    Optional<String> nameOf(String id) {
        return Optional.ofNullable(byId.get(id)).map(Named::name);
    }

    /**
     * Returns the first name of the ad account with this name or id, so that a submit by a second name and its outcome
     * count under one name; empty if no ad account that has a name is meant.
     */
    String nameIn(String nameOrId) {
        AdAccount withName = byName.get(nameOrId);
        return nameOf(withName == null ? nameOrId : withName.id()).orElse("");
    }

    /** Returns the ids of all ad accounts that have a name, and of those that were looked up lately. */
    Set<String> ids() {
        Set<String> ids = new LinkedHashSet<>();
        named.forEach(each -> ids.add(each.account().id()));
        ids.addAll(found.asMap().keySet());
        return ids;
    }

    /** Returns, for people, why an ad account was not found, and the cure. */
    String unknownAccount() {
        List<String> names = new ArrayList<>();
        for (Named each : named) {
            if (names.size() == MAX_NAMES_LISTED) {
                names.add("…");
                break;
            }
            names.add(each.name());
        }
        return "There is no ad account of this name: add it with account(name, AdAccount), or submit to one of " + names
                + (source == null
                        ? ""
                        : ". The AdAccount.Source knows no ad account with this id either; it is asked again after "
                                + UNKNOWN_REMEMBERED.toMinutes() + " minutes");
    }
}
