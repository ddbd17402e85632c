// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.epik.boot.EpikOutboxProperties.OutboxType;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Item;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Client and outbox of the starter. The build runs this test on several versions of Spring Boot. */
@Timeout(240)
class EpikAutoConfigurationTest {
    private static final String ACCOUNT = "epik.ad-account-id=549755885175";
    private static final String TOKEN = "epik.access-token=a-token";
    private static final String KEYS = "epik.outbox.payload-keys=a:";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private FakePinterest pinterest;
    private @Nullable ConfigurableApplicationContext shop;

    /** Without a database: such an application has no DataSource, although the class path has JDBC. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @Configuration(proxyBeanMethods = false)
    static class OwnOutbox {
        @Bean
        Outbox own() {
            return MemoryOutbox.ofCapacity(10);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnKeys {
        @Bean
        PayloadKeys keys() {
            return PayloadKeys.of(PayloadKeys.Key.of("bean", new byte[PayloadKeys.KEY_BYTES]));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherKeys {
        @Bean
        PayloadKeys others() {
            return new OwnKeys().keys();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {
        static final EpikClient OWN = EpikClient.unavailable("the shop's own");

        @Bean
        EpikClient own() {
            return OWN;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Transactions {
        @Bean
        PlatformTransactionManager transactions() {
            return new DataSourceTransactionManager(
                    new SimpleDriverDataSource(new org.sqlite.JDBC(), "jdbc:sqlite::memory:"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSources {
        @Bean
        DataSource orders() {
            return new SimpleDriverDataSource(new org.sqlite.JDBC(), "jdbc:sqlite::memory:");
        }

        @Bean
        DataSource archive() {
            return new SimpleDriverDataSource(new org.sqlite.JDBC(), "jdbc:sqlite::memory:");
        }
    }

    @BeforeEach
    void startPinterest() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
        }
        pinterest.close();
    }

    private EpikClient start(Class<?> more, String... properties) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "spring.main.banner-mode=off",
                                "spring.autoconfigure.exclude=" + exclusions(),
                                "epik.api=" + pinterest.uri()),
                        Arrays.stream(properties).map(each -> each.replace("FOLDER", folder.toString())))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        shop = new SpringApplicationBuilder(Shop.class, more)
                .web(WebApplicationType.NONE)
                .run(arguments);
        return shop.getBean(EpikClient.class);
    }

    /** Returns the auto-configurations that need a database, by the names of this Spring Boot. */
    static String exclusions() {
        return System.getProperty("epik.boot", "3").startsWith("3")
                ? "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration"
                : "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration";
    }

    private FailureAnalysis failure(Class<?> more, String... properties) {
        Exception failure = assertThrows(Exception.class, () -> start(more, properties));
        FailureAnalysis analysis = new SettingFailureAnalyzer().analyze(failure);
        if (analysis == null) {
            throw new AssertionError("no setting", failure);
        }
        assertTrue(
                analysis.getDescription().endsWith(".") && analysis.getAction().endsWith("."));
        assertFalse(analysis.getDescription().contains("a-secret"), analysis::getDescription);
        return analysis;
    }

    @Test
    void withoutAnySettingTheClientIsInjectedAndSaysWhatIsMissing() {
        EpikClient epik = start(Shop.class);
        SubmitResult.Failed failed = assertInstanceOf(SubmitResult.Failed.class, epik.submit(sale("1")));
        assertTrue(failed.cause().contains("set epik.mode, epik.ad-account-id"), failed::cause);
    }

    @Test
    void aFileOutboxDelivers() throws Exception {
        EpikClient epik = start(Shop.class, "epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.file=FOLDER/epik.db");
        assertTrue(epik.submit(sale("1001")).isStored());
        assertEquals("1001", pinterest.awaitEvents(1, LONG).get(0).id());
    }

    @Test
    void eventsAreEncryptedWithTheKeyOfThePropertyOrOfABean() throws Exception {
        String[] properties = {"epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.type=memory", "epik.delivery.linger=1h"};
        String key = KEYS + Base64.getEncoder().encodeToString(new byte[PayloadKeys.KEY_BYTES]);
        assertEquals("epik1:a:", storedPrefix(OwnOutbox.class, with(properties, key)));
        Objects.requireNonNull(shop).close();
        assertEquals("epik1:be", storedPrefix(Both.class, properties));
        Objects.requireNonNull(shop).close();
        assertTrue(failure(OwnKeys.class, with(properties, key)).getAction().contains("Remove one of them"));
        assertTrue(failure(Shop.class, with(properties, KEYS + "a-secret"))
                .getAction()
                .contains("payload-keys"));
        Exception several = assertThrows(Exception.class, () -> start(TwoKeys.class, properties));
        assertTrue(several.toString().contains("PayloadKeys"), several::toString);
    }

    @Configuration(proxyBeanMethods = false)
    @Import({OwnOutbox.class, OwnKeys.class})
    static class Both {}

    @Configuration(proxyBeanMethods = false)
    @Import({OwnKeys.class, OtherKeys.class})
    static class TwoKeys {}

    private static String[] with(String[] properties, String another) {
        return Stream.concat(Arrays.stream(properties), Stream.of(another)).toArray(String[]::new);
    }

    /** Returns how the text begins that is stored instead of the JSON of an event. */
    private String storedPrefix(Class<?> more, String... properties) {
        assertTrue(start(more, properties).submit(sale("1001")).isStored());
        StringBuilder stored = new StringBuilder();
        Objects.requireNonNull(shop).getBean(Outbox.class).find(event -> {
            stored.append(event.json());
            return false;
        });
        return stored.substring(0, 8);
    }

    /** A file is not part of the transaction. */
    @Test
    void aFileOutboxStoresAtOnceInATransactionAlsoIfItIsRolledBack() throws Exception {
        EpikClient epik =
                start(Transactions.class, "epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.file=FOLDER/epik.db");
        ConfigurableApplicationContext context = Objects.requireNonNull(shop);
        TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        transaction.executeWithoutResult(status -> {
            assertTrue(epik.submit(sale("1001")).isStored());
            assertEquals(1, epik.stats().waiting() + epik.stats().accepted());
            status.setRollbackOnly();
        });
        assertEquals("1001", pinterest.awaitEvents(1, LONG).get(0).id());
    }

    @Test
    void aMisspeltPropertyFailsTheStart() {
        FailureAnalysis analysis = failure(Shop.class, "epik.mode=live", ACCOUNT, "epik.acces-token=a-secret");
        assertTrue(analysis.getDescription().contains("epik.acces-token"), analysis::getDescription);
        assertTrue(analysis.getAction().contains("epik.access-token?"), analysis::getAction);
    }

    @Test
    void aFileOnATemporaryFileSystemIsAWarning() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isDirectory(memory)
                && OutboxSettings.isTemporary(Files.getFileStore(memory).type()));
        try (LogCapture log = LogCapture.of(OutboxSettings.class)) {
            OutboxSettings.warnIfTemporary(memory.resolve("not-there-yet/epik.db"));
            assertTrue(
                    log.lines().toString().contains("put the file on a volume"),
                    () -> log.lines().toString());
        }
    }

    @Test
    void silenceIsApplied() {
        EpikClient epik =
                start(Shop.class, "epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.type=memory", "epik.silence=2h");
        assertTrue(epik.activity().silentFor().isEmpty());
    }

    /** YAML reads {@code off} as false. */
    @ParameterizedTest
    @CsvSource({"off, ", "false, ", "origin, https://shop.example/"})
    void theSettingsForPrivacyAreApplied(String pageUrl, @Nullable String sentUrl) throws Exception {
        EpikClient epik = start(
                Shop.class,
                "epik.mode=live",
                ACCOUNT,
                TOKEN,
                "epik.outbox.type=memory",
                "epik.delivery.linger=0s",
                "epik.page-url=" + pageUrl,
                "epik.item-names=false",
                "epik.search-string=false",
                "epik.us-opt-out=ldp",
                "epik.visit.max-age=10d");
        Visit visit = Visit.of(Visit.Consent.DENIED, Visit.SEC_GPC).withPageUrl("https://shop.example/cart");
        ConversionEvent.Builder sale = sale("1001")
                .visit(visit)
                .item(Item.of("sku-7", 1, null).withName("Cup"))
                .contentName("Cups")
                .searchString("cup")
                .customer(Customer.builder().email("a@example.com").state("CA").country("US"));
        assertTrue(epik.submit(sale.build()).isStored());
        Visit old = visit.withConsentTime(Instant.now().minus(Duration.ofDays(11)));
        assertInstanceOf(
                SubmitResult.NoConsent.class,
                epik.submit(sale("1002").visit(old).build()));
        String sent = pinterest.awaitEvents(1, LONG).get(0).json();
        assertTrue(sent.contains("\"opt_out_type\":\"LDP\""), sent);
        assertFalse(sent.contains("Cup") || sent.contains("search_string"), sent);
        assertEquals(sentUrl != null, sent.contains("\"event_source_url\":\"" + sentUrl + "\""), sent);
        assertEquals(sentUrl == null, !sent.contains("event_source_url"), sent);
    }

    /** Events that wait since the last stop are to be sent without a first submit. */
    @Test
    void theClientIsOpenedAtTheStartOfALazyApplication() throws Exception {
        try (EpikClient before = EpikClient.builder(
                        Mode.LIVE,
                        AdAccount.of("549755885175", AccessToken.of("a-token")),
                        SqliteOutbox.open(folder.resolve("epik.db")))
                .baseUrl(pinterest.uri())
                .linger(Duration.ofHours(1))
                .shutdownTimeout(Duration.ZERO)
                .open()) {
            assertTrue(before.submit(sale("1001")).isStored());
        }
        startLazily();
        assertEquals("1001", pinterest.awaitEvents(1, LONG).get(0).id());
    }

    private void startLazily() {
        shop = new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .run(
                        "--spring.main.banner-mode=off",
                        "--spring.autoconfigure.exclude=" + exclusions(),
                        "--epik.api=" + pinterest.uri(),
                        "--epik.mode=live",
                        "--" + ACCOUNT,
                        "--" + TOKEN,
                        "--epik.outbox.file=" + folder.resolve("epik.db"));
    }

    @Test
    void severalAdAccountsAreKnownByTheirNames() throws Exception {
        EpikClient epik = start(
                Shop.class,
                "epik.mode=live",
                TOKEN,
                "epik.accounts.at.ad-account-id=549755885175",
                "epik.accounts.de.ad-account-id=549755885176",
                "epik.default-account=at",
                "epik.outbox.type=memory");
        assertTrue(epik.account("at").submit(sale("1001")).isStored());
        assertFalse(epik.submit(sale("1001")) instanceof SubmitResult.Stored, "it is the same ad account");
        assertTrue(epik.account("de").submit(sale("1001")).isStored());
        assertInstanceOf(SubmitResult.Failed.class, epik.account("fr").submit(sale("1001")));
        assertEquals("1001", pinterest.awaitEvents(1, LONG).get(0).id());
    }

    @Test
    void advertiserDefinedEventsAreThoseOfTheAdAccount() {
        EpikClient epik = start(
                Shop.class,
                "epik.mode=live",
                TOKEN,
                "epik.advertiser-events=add_shipping_info",
                "epik.accounts.at.ad-account-id=549755885175",
                "epik.accounts.de.ad-account-id=549755885176",
                "epik.accounts.de.advertiser-events=gift_wrap,gift_card",
                "epik.default-account=at",
                "epik.outbox.type=memory");
        assertTrue(epik.submit(advertiserDefined("add_shipping_info")).isStored());
        assertTrue(epik.account("de").submit(advertiserDefined("gift_card")).isStored());
        assertInstanceOf(SubmitResult.Invalid.class, epik.account("de").submit(advertiserDefined("add_shipping_info")));
    }

    private static ConversionEvent advertiserDefined(String name) {
        return ConversionEvent.advertiserDefined(name, "1001")
                .customer(Customer.builder().email("jane@shop.example"))
                .visit(Visit.of(Visit.Consent.GRANTED, "a test"))
                .build();
    }

    @Test
    void ownBeansTakePrecedence() {
        assertSame(OwnClient.OWN, start(OwnClient.class, "epik.mode=live", ACCOUNT, TOKEN));
    }

    @Test
    void anOutboxOfTheApplicationIsUsed() {
        EpikClient epik = start(OwnOutbox.class, "epik.mode=live", ACCOUNT, TOKEN);
        assertTrue(epik.submit(sale("1001")).isStored());
    }

    @Test
    void withoutATokenEventsAreStored() {
        EpikClient epik = start(Shop.class, "epik.mode=live", ACCOUNT, "epik.access-token=", "epik.outbox.type=memory");
        assertTrue(epik.submit(sale("1001")).isStored());
    }

    /** The layout of a mounted secret of Kubernetes. */
    @Test
    void aRotatedSecretResumesDelivery() throws Exception {
        Path old = Files.createDirectory(folder.resolve("..1"));
        Files.writeString(old.resolve("token"), "revoked");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), old.getFileName());
        Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
        EpikClient epik = start(
                Shop.class,
                "epik.mode=live",
                ACCOUNT,
                "epik.access-token-file=FOLDER/token",
                "epik.delivery.linger=0s",
                "epik.outbox.type=memory");
        assertTrue(epik.submit(sale("1001")).isStored());
        while (epik.stats().pauseReason().isEmpty()) {
            Thread.sleep(20);
        }
        Path next = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(next.resolve("token"), "a-token\n");
        Files.move(
                Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName()),
                data,
                StandardCopyOption.ATOMIC_MOVE);
        assertEquals(
                "1001", pinterest.awaitEvents(1, Duration.ofMinutes(2)).get(0).id());
    }

    /** The outbox is open in another application until that is closed. */
    @Test
    void anOutboxThatCannotBeOpenedIsTriedAgain() throws Exception {
        EpikClient first = start(Shop.class, "epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.file=FOLDER/epik.db");
        ConfigurableApplicationContext firstShop = shop;
        EpikClient second = start(Shop.class, "epik.mode=live", ACCOUNT, TOKEN, "epik.outbox.file=FOLDER/epik.db");
        SubmitResult.Failed failed = assertInstanceOf(SubmitResult.Failed.class, second.submit(sale("1")));
        assertTrue(failed.cause().contains("could not be opened"), failed::cause);
        assertTrue(first.submit(sale("2")).isStored());
        Objects.requireNonNull(firstShop).close();
        while (!second.submit(sale("3")).isStored()) {
            Thread.sleep(20);
        }
        pinterest.awaitEvents(2, LONG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epik.ad-account-id=1|epik.mode is not set",
                "epik.mode=live|epik.ad-account-id is not set",
                "epik.mode=live epik.ad-account-id=1|There is no place to store events",
                "epik.mode=live epik.ad-account-id=a-secret|epik.ad-account-id is invalid",
                "epik.mode=live epik.ad-account-id=1 epik.access-token=a-secret\u00e9|epik.access-token is invalid",
                "epik.mode=live epik.ad-account-id=1 epik.access-token=a-secret epik.access-token-file=f|both set",
                "epik.mode=live epik.ad-account-id=1 epik.default-account=at|Remove one",
                "epik.mode=live epik.default-account=at|there is no such ad account",
                "epik.mode=live epik.accounts.at.access-token=a-secret|epik.accounts.at.ad-account-id is not set",
                "epik.mode=live epik.accounts.at.ad-account-id=1 epik.accounts.de.ad-account-id=2|none is the default",
                "epik.mode=live epik.accounts.at.ad-account-id=1 epik.accounts.de.ad-account-id=1"
                        + " epik.default-account=at epik.outbox.type=memory|epik.accounts.de.ad-account-id",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=jdbc|has no DataSource",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=sqlite|epik.outbox.file is not set",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory"
                        + " epik.delivery.linger=2h|epik.delivery.linger",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory"
                        + " epik.delivery.max-age=1s|epik.delivery.max-age",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory epik.silence=1s|Give 1m to 30d",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory epik.visit.max-age=1s|Give 1m to 3650d",
                "epik.mode=live epik.ad-account-id=1 epik.advertiser-events=Checkout|epik.advertiser-events",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory epik.api=http://example.com|epik.api",
                "epik.oauth.client-secret=a-secret|need each other",
                "epik.oauth.client-id=1|need each other",
                "epik.mode=live epik.ad-account-id=1 epik.outbox.type=memory epik.oauth.client-id=1"
                        + " epik.oauth.client-secret=a-secret|no place for the tokens"
            })
    void aWrongSettingIsOneShortMessage(String properties, String message) {
        FailureAnalysis analysis = failure(Shop.class, properties.split(" ", -1));
        String text = analysis.getDescription() + " " + analysis.getAction();
        assertTrue(text.contains(message), text);
    }

    @ParameterizedTest
    @CsvSource({
        "epik.outbox.data-source=nowhere, there is no such DataSource bean",
        "epik.outbox.create-tables=false, none is primary"
    })
    void theDataSourceMustBeKnown(String property, String message) {
        FailureAnalysis analysis = failure(TwoDataSources.class, "epik.mode=live", ACCOUNT, TOKEN, property);
        assertTrue(analysis.getDescription().contains(message), analysis::getDescription);
        assertTrue(analysis.getDescription().contains("orders")
                || analysis.getAction().contains("orders"));
    }

    @ParameterizedTest
    @CsvSource({
        "epik.outbox.typo=jdbc",
        "epik.delivery.typo=1s",
        "epik.oauth.typo=1",
        "epik.mode=prod",
        "epik.outbox.type=redis",
        "epik.page-url=none",
        "epik.us-opt-out=send",
        "epik.visit.typo=1d"
    })
    void springBootReportsWhatCannotBeBound(String property) {
        Exception failure = assertThrows(Exception.class, () -> start(Shop.class, property));
        Throwable cause = failure;
        while (cause.getCause() != null && !String.valueOf(cause.getMessage()).contains("epik.")) {
            cause = cause.getCause();
        }
        assertTrue(String.valueOf(cause.getMessage()).contains("epik."), cause::toString);
    }

    @Test
    void theTypeDecidesThenTheFileThenTheDataSource() {
        assertEquals(OutboxType.MEMORY, OutboxSettings.choose(OutboxType.MEMORY, true, true));
        assertEquals(OutboxType.SQLITE, OutboxSettings.choose(null, true, true));
        assertEquals(OutboxType.JDBC, OutboxSettings.choose(null, false, true));
    }

    @ParameterizedTest
    @CsvSource({"overlay, true", "tmpfs, true", "ext4, false", "xfs, false"})
    void fileSystemsThatEndWithTheContainerAreKnown(String type, boolean isTemporary) {
        assertEquals(isTemporary, OutboxSettings.isTemporary(type));
    }
}
