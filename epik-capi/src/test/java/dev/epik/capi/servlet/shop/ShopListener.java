// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet.shop;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The listener of the Javadoc, with another address of the API. */
public final class ShopListener extends EpikContextListener {
    @Override
    protected EpikClient open(ServletContext shop) {
        String api = shop.getInitParameter("api");
        if (api.isEmpty()) {
            throw new EpikException("The context-param api is empty: give it the API's address");
        }
        return EpikClient.builder(
                        Mode.LIVE,
                        AdAccount.of("549755885175", "a-token"),
                        SqliteOutbox.open(Path.of(shop.getInitParameter("outbox"))))
                .baseUrl(URI.create(api))
                .linger(Duration.ofMillis(20))
                .shutdownTimeout(Duration.ofSeconds(20))
                .open();
    }
}
