// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.servlet.EpikContextListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebListener;
import java.nio.file.Path;

/** README's listener, compiled; {@code ReadmeExample} checks that README says the same. */
@WebListener
public final class ShopEpik extends EpikContextListener {
    @Override
    protected Outbox outbox(ServletContext shop) {
        return SqliteOutbox.open(Path.of("/var/lib/shop/epik.db"));
    }

    @Override
    protected EpikClient open(ServletContext shop, Outbox outbox) {
        TokenSource token = AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN");
        return EpikClient.builder(Mode.LIVE, AdAccount.of("549755885175", token), outbox)
                .open();
    }
}
