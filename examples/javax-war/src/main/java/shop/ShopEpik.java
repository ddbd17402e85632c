// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener;
import java.net.URI;
import java.nio.file.Path;
import javax.servlet.ServletContext;
import javax.servlet.annotation.WebListener;

/** Opens the client when the shop starts, and closes it when the shop stops. */
// tag::javax-open[]
@WebListener
public final class ShopEpik extends EpikContextListener {
    @Override
    protected EpikClient open(ServletContext shop) {
        AdAccount account = AdAccount.of("549755885175", "fake-token"); // those of the fake Pinterest
        Path file = Path.of(System.getProperty("shop.outbox", "epik.db")); // on a disk that outlives the process
        return EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(file))
                .baseUrl(URI.create(System.getProperty("shop.pinterest", "http://127.0.0.1:8089"))) // or Pinterest's
                .open();
    }
}
// end::javax-open[]
