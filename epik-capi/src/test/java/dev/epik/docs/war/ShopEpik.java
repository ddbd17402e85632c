// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs.war;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.TokenSource;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebListener;
import java.nio.file.Path;

/** The listener of {@code docs/war.md}. */
// tag::war-listener[]
@WebListener
public final class ShopEpik extends EpikContextListener {
    @Override
    protected EpikClient open(ServletContext shop) {
        TokenSource token = AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN");
        AdAccount account = AdAccount.of("549755885175", token);
        return EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(Path.of("/var/lib/shop/epik.db")))
                .open();
    }
}
// end::war-listener[]
