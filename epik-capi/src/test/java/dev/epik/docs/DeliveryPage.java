// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AccountClient;
import dev.epik.capi.AdAccount;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.OAuthApp;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The code of {@code docs/delivery.md}. */
final class DeliveryPage {
    private DeliveryPage() {}

    static EpikClient open(Path file, String adAccountId, String accessToken) {
        // tag::open-client[]
        AdAccount account = AdAccount.of(adAccountId, accessToken);
        EpikClient epik = EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(file)) // /var/lib/shop/epik.db
                .open();
        // end::open-client[]
        return epik;
    }

    static JdbcOutbox database(DataSource dataSource) {
        // tag::jdbc-outbox[]
        JdbcOutbox outbox = JdbcOutbox.builder(dataSource).createTables(true).open();
        // end::jdbc-outbox[]
        return outbox;
    }

    static Outbox spooled(DataSource dataSource) {
        // tag::spooled-outbox[]
        SpooledOutbox outbox =
                SpooledOutbox.of(() -> JdbcOutbox.of(dataSource), Path.of("/var/lib/shop/epik-spool.db"));
        // end::spooled-outbox[]
        return outbox;
    }

    static SubmitResult inTransaction(
            DataSource dataSource, EpikClient epik, PreparedStatement markPaid, ConversionEvent sale)
            throws SQLException {
        // tag::in-transaction[]
        SubmitResult result;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            markPaid.executeUpdate();
            result = epik.submit(connection, sale);
            connection.commit();
        }
        epik.wake(); // otherwise the event is found within a minute
        // end::in-transaction[]
        return result;
    }

    static EpikClient severalAccounts(AdAccount germany, AdAccount austria, Outbox outbox) {
        // tag::several-accounts[]
        EpikClient epik = EpikClient.builder(Mode.LIVE, germany, outbox)
                .addAccount("at", austria)
                .open();
        // end::several-accounts[]
        return epik;
    }

    static OAuthTokens tokens(String clientId, String clientSecret, Path file) {
        // tag::oauth-tokens[]
        OAuthTokens tokens = OAuthTokens.builder(new OAuthApp(clientId, clientSecret), FileTokenStore.of(file))
                .open();
        // end::oauth-tokens[]
        return tokens;
    }

    static int redriveAll(AccountClient epik) throws InterruptedException {
        // tag::redrive[]
        epik.deadLetters(20).forEach(dead -> System.out.println(dead.event() + ": " + dead.reason()));
        epik.redriveAll(DeadLetter.Scope.RECENT);
        int waiting = epik.deliverPending(Duration.ofMinutes(1));
        // end::redrive[]
        return waiting;
    }
}
