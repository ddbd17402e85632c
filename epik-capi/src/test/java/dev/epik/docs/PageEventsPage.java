// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebListener;
import java.nio.file.Path;

/** The listener of {@code docs/page-events.md}. */
final class PageEventsPage {
    private PageEventsPage() {}

    // tag::page-events-listener[]
    @WebListener
    public static final class ShopEpik extends EpikContextListener {
        @Override
        protected EpikClient open(ServletContext shop) {
            AdAccount account = AdAccount.of("549755885175", AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN"));
            closeOnShutdown(PageEvents.builder(Mode.LIVE, account).open(shop));
            return EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(Path.of("/var/lib/shop/epik.db")))
                    .open();
        }
    }
    // end::page-events-listener[]
}
