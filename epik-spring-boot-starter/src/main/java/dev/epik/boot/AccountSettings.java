// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.boot.EpikProperties.Account;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.TokenSource;
import dev.epik.capi.outbox.spi.EventStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which ad accounts the properties name, which one is the default, and where each gets its token. No I/O. */
final class AccountSettings {
    private static final String TOP = "epik.";

    private final EpikProperties properties;

    /** The source for ad accounts that no property gives a token. */
    private final Optional<TokenSource> others;

    AccountSettings(EpikProperties properties, Optional<TokenSource> others) {
        this.properties = properties;
        this.others = others;
    }

    /**
     * The ad accounts of the properties.
     *
     * @param mainName the name of the default ad account; empty if it has none
     */
    record Accounts(Mode mode, String mainName, AdAccount main, Map<String, AdAccount> others) {
        /** Returns a builder of a client that has all of them. */
        EpikClient.Builder client(EventStore outbox) {
            EpikClient.Builder client = EpikClient.builder(mode, main, outbox);
            if (!mainName.isEmpty() && !mainName.equals(EpikClient.MAIN)) {
                client.defaultName(mainName);
            }
            others.forEach((name, account) ->
                    SettingException.check(prefix(name) + "ad-account-id", () -> client.addAccount(name, account)));
            return client;
        }
    }

    /** Returns the ad accounts of the properties. */
    Accounts read() {
        Mode mode = properties.mode();
        if (mode == null) {
            throw new SettingException(
                    "epik.mode is not set", "Set it to live, or to test, in which Pinterest records no event");
        }
        Map<String, Account> named = new TreeMap<>(properties.accounts());
        String defaultName = defaultName(named.keySet());
        Account first = defaultName == null
                ? new Account(properties.adAccountId(), null, null, List.of())
                : named.getOrDefault(defaultName, new Account(null, null, null, List.of()));
        AdAccount main = account(defaultName == null ? TOP : prefix(defaultName), first);
        Map<String, AdAccount> rest = new TreeMap<>();
        named.forEach((name, account) -> {
            if (!name.equals(defaultName)) {
                rest.put(name, account(prefix(name), account));
            }
        });
        return new Accounts(mode, defaultName == null ? "" : defaultName, main, rest);
    }

    /** Returns the name of the default ad account; null if it is that of {@code epik.ad-account-id}. */
    private @Nullable String defaultName(Set<String> names) {
        String chosen = properties.defaultAccount();
        if (properties.adAccountId() != null) {
            if (chosen != null) {
                throw new SettingException(
                        "epik.ad-account-id and epik.default-account are both set, and each names the default ad account",
                        "Remove one of them");
            }
            return null;
        }
        if (chosen != null) {
            if (!names.contains(chosen)) {
                throw new SettingException(
                        "epik.default-account is \"" + chosen + "\", and there is no such ad account",
                        "Name one of " + new TreeSet<>(names) + ", or set epik.accounts." + chosen + ".ad-account-id");
            }
            return chosen;
        }
        if (names.isEmpty()) {
            throw new SettingException(
                    "epik.ad-account-id is not set", "Set it to the id in the address of Ads Manager");
        }
        if (names.size() > 1) {
            throw new SettingException(
                    "There are several ad accounts, " + new TreeSet<>(names) + ", and none is the default",
                    "Set epik.default-account to one of them");
        }
        return names.iterator().next();
    }

    private AdAccount account(String prefix, Account account) {
        String id = account.adAccountId();
        if (id == null) {
            throw new SettingException(
                    prefix + "ad-account-id is not set", "Set it to the id in the address of Ads Manager");
        }
        TokenSource own = token(prefix, account.accessToken(), account.accessTokenFile());
        TokenSource shared = token(TOP, properties.accessToken(), properties.accessTokenFile());
        TokenSource tokens = own != null ? own : shared != null ? shared : others.orElseGet(() -> new NoToken(prefix));
        AdAccount withTokens = SettingException.check(prefix + "ad-account-id", () -> AdAccount.of(id, tokens));
        List<String> events = account.advertiserEvents();
        return events.isEmpty()
                ? withAdvertiserEvents(withTokens, TOP, properties.advertiserEvents())
                : withAdvertiserEvents(withTokens, prefix, events);
    }

    private static AdAccount withAdvertiserEvents(AdAccount account, String prefix, List<String> names) {
        return SettingException.check(
                prefix + "advertiser-events", () -> account.withAdvertiserEvents(names.toArray(String[]::new)));
    }

    /** Returns the source that the settings name; null if they name none. */
    private static @Nullable TokenSource token(String prefix, @Nullable String token, @Nullable String file) {
        boolean hasToken = token != null && !token.isBlank();
        boolean hasFile = file != null && !file.isBlank();
        if (hasToken && hasFile) {
            throw new SettingException(
                    prefix + "access-token and " + prefix + "access-token-file are both set", "Remove one of them");
        }
        if (token != null && hasToken) {
            return SettingException.check(prefix + "access-token", () -> AccessToken.of(token.strip()));
        }
        return file != null && hasFile ? AccessToken.fromFile(path(prefix + "access-token-file", file)) : null;
    }

    static Path path(String setting, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new SettingException(
                    "The setting " + setting + " is \"" + value + "\", which is no path", "Correct it");
        }
    }

    private static String prefix(String name) {
        return TOP + "accounts." + name + ".";
    }
}
