// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebListener;
import java.net.URI;
import java.nio.file.Path;

/** README's listener. */
// tag::shop-epik[]
@WebListener
public final class ShopEpik extends EpikContextListener {
    @Override
    protected EpikClient open(ServletContext shop) {
        AdAccount account = AdAccount.of("549755885175", "fake-token");
        Path file = Path.of("epik.db"); // later: on a disk that outlives the process
        return EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(file))
                .baseUrl(URI.create("http://127.0.0.1:8089")) // the fake of step 4; leave it out for Pinterest
                .open();
    }
}
// end::shop-epik[]
