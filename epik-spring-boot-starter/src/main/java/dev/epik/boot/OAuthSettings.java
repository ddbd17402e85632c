// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.JdbcTokenStore;
import dev.epik.capi.oauth.OAuthApp;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.capi.oauth.spi.TokenStore;
import java.net.URI;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Opens the token source of {@code epik.oauth.*}. */
final class OAuthSettings {
    /** The row of the grant, or the ending of its file. All ad accounts share it. */
    private static final String GRANT = "epik";

    private OAuthSettings() {}

    /** Reports a setting that is missing. */
    static void check(EpikOAuthProperties oauth) {
        if (oauth.isSet() && (oauth.clientId() == null || oauth.clientSecret() == null)) {
            throw new SettingException(
                    "epik.oauth.client-id and epik.oauth.client-secret need each other, and one is not set",
                    "Set both, or none");
        }
    }

    static OAuthTokens open(
            EpikOAuthProperties oauth,
            @Nullable URI api,
            EpikOutboxProperties outbox,
            ConfigurableListableBeanFactory beans) {
        check(oauth);
        String id = String.valueOf(oauth.clientId());
        String secret = String.valueOf(oauth.clientSecret());
        OAuthApp app = SettingException.check("epik.oauth", () -> new OAuthApp(id, secret));
        OAuthTokens.Builder tokens = OAuthTokens.builder(app, store(outbox, beans));
        if (api != null) {
            tokens.baseUrl(api);
        }
        return SettingException.check("epik.api", tokens::open);
    }

    /** Returns the user's store, otherwise a table of the data source, otherwise a file beside that of the outbox. */
    private static TokenStore store(EpikOutboxProperties outbox, ConfigurableListableBeanFactory beans) {
        TokenStore own = beans.getBeanProvider(TokenStore.class).getIfUnique();
        if (own != null) {
            return own;
        }
        if (beans.getBeanNamesForType(DataSource.class, true, false).length > 0) {
            JdbcTokenStore store = JdbcTokenStore.of(new OutboxSettings(outbox, beans).dataSource(), GRANT);
            return outbox.createTables() ? new CreatedTokenStore(store) : store;
        }
        if (outbox.file() == null) {
            throw new SettingException(
                    "epik.oauth.client-id is set, and there is no place for the tokens: the application has no"
                            + " DataSource, and epik.outbox.file is not set",
                    "Configure one of them");
        }
        Path file = AccountSettings.path("epik.outbox.file", outbox.file());
        return FileTokenStore.of(Path.of(file + "." + GRANT + "-oauth"));
    }
}
