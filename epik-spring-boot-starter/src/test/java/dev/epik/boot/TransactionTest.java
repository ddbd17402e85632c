// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Submits inside of Spring's transactions, on PostgreSQL, with JPA's transaction manager and with that of JDBC. */
@Timeout(240)
class TransactionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static FakePinterest pinterest;
    private static ConfigurableApplicationContext shop;
    private static EpikClient epik;
    private static JdbcTemplate jdbc;
    private static PlatformTransactionManager jpa;
    private static TransactionTemplate transaction;

    @Entity(name = "ShopOrder")
    static class Order {
        @Id
        String number = "";
    }

    /** An event of the shop that a listener reports after the commit. */
    record Paid(String orderNumber) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        Listener listener(EpikClient client) {
            return new Listener(client);
        }

        /** A second manager, on a proxy of the same data source. */
        @Bean(defaultCandidate = false)
        DataSourceTransactionManager lazyManager(DataSource source) {
            return new DataSourceTransactionManager(new LazyConnectionDataSourceProxy(source));
        }

        @Bean(defaultCandidate = false)
        DataSourceTransactionManager awareManager(DataSource source) {
            return new DataSourceTransactionManager(new TransactionAwareDataSourceProxy(source));
        }

        @Bean(defaultCandidate = false)
        DataSourceTransactionManager otherManager() {
            return new DataSourceTransactionManager(
                    new SimpleDriverDataSource(new org.sqlite.JDBC(), "jdbc:sqlite::memory:"));
        }

        @Bean(defaultCandidate = false)
        JtaLikeManager jtaLike() {
            return new JtaLikeManager();
        }
    }

    /** A manager that binds no connection, as that of JTA. */
    static final class JtaLikeManager extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object object, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    static final class Listener {
        private final EpikClient client;

        Listener(EpikClient client) {
            this.client = client;
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
        public void paid(Paid paid) {
            assertTrue(client.submit(sale(paid.orderNumber())).isStored());
        }

        @EventListener
        public void paidInTheTransaction(Paid paid) {
            assertTrue(client.submit(sale(paid.orderNumber() + "-now")).isStored());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
        shop = new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + Postgres.newDatabase(),
                        "--spring.jpa.hibernate.ddl-auto=create",
                        "--epik.mode=live",
                        "--epik.ad-account-id=549755885175",
                        "--epik.access-token=a-token",
                        "--epik.delivery.linger=0s",
                        "--epik.api=" + pinterest.uri());
        epik = shop.getBean(EpikClient.class);
        jdbc = shop.getBean(JdbcTemplate.class);
        jpa = shop.getBean("transactionManager", PlatformTransactionManager.class);
        transaction = new TransactionTemplate(jpa);
        assertTrue(jpa.getClass().getSimpleName().startsWith("Jpa"));
    }

    @AfterAll
    static void stop() {
        shop.close();
        pinterest.close();
    }

    private static SubmitResult submit(String id) {
        return epik.submit(sale(id));
    }

    /** Waits until the event is at Pinterest, and returns the ids that came before it. */
    private static Set<String> idsUntil(String id) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        Set<String> ids = Set.of();
        while (!ids.contains(id)) {
            assertTrue(System.nanoTime() - end < 0, () -> id + " did not arrive");
            Thread.sleep(20);
            ids = pinterest.received().stream().map(ReceivedEvent::id).collect(Collectors.toSet());
        }
        return ids;
    }

    private static void assertNeverSent(String id) throws InterruptedException {
        assertEquals(0, count("epik_outbox", "event_id", id));
        assertTrue(submit(id + "-next").isStored());
        assertTrue(!idsUntil(id + "-next").contains(id), id);
    }

    private static int count(String table, String column, String value) {
        Integer count = jdbc.queryForObject(
                "SELECT count(*) FROM " + table + " WHERE " + column + " = ?", Integer.class, value);
        return count == null ? 0 : count;
    }

    @Test
    void aCommittedJpaTransactionIsAtPinterestSoonAfterIt() throws Exception {
        transaction.executeWithoutResult(status -> {
            EntityManager entities = shop.getBean(EntityManager.class);
            Order order = new Order();
            order.number = "jpa-1";
            entities.persist(order);
            assertInstanceOf(SubmitResult.Stored.class, submit("jpa-1"));
            assertEquals(1, count("epik_outbox", "event_id", "jpa-1"), "seen by the transaction itself");
        });
        idsUntil("jpa-1");
    }

    @Test
    void aRolledBackTransactionSendsNothing() throws Exception {
        transaction.executeWithoutResult(status -> {
            assertTrue(submit("rolled-back").isStored());
            assertTrue(epik.submitAll(List.of(sale("rolled-back-2").build()))
                    .get(0)
                    .isStored());
            assertTrue(epik.submitAsync(sale("rolled-back-3").build()).join().isStored());
            status.setRollbackOnly();
        });
        assertNeverSent("rolled-back");
        assertNeverSent("rolled-back-2");
        assertNeverSent("rolled-back-3");
    }

    @Test
    void anExceptionAfterTheSubmitSendsNothing() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> transaction.executeWithoutResult(status -> {
                    submit("thrown");
                    throw new IllegalStateException();
                }));
        assertNeverSent("thrown");
    }

    @Test
    void anEventOfAnAfterCommitListenerIsStored() throws Exception {
        transaction.executeWithoutResult(status -> shop.publishEvent(new Paid("listener")));
        Set<String> ids = idsUntil("listener");
        ids = ids.contains("listener-now") ? ids : idsUntil("listener-now");
        assertTrue(ids.contains("listener-now"));
    }

    @Test
    void eventsOfAllCallbacksAreStored() throws Exception {
        List<SubmitResult> results = new ArrayList<>();
        transaction.executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    results.add(submit("before-commit"));
                }

                @Override
                public void beforeCompletion() {
                    results.add(submit("before-completion"));
                }

                @Override
                public void afterCommit() {
                    results.add(submit("after-commit"));
                }

                @Override
                public void afterCompletion(int how) {
                    results.add(submit("after-completion"));
                }
            });
            jdbc.update("INSERT INTO shop_order VALUES ('callbacks')");
        });
        assertTrue(results.size() == 4 && results.stream().allMatch(SubmitResult::isStored), results::toString);
        for (String id : List.of("before-commit", "before-completion", "after-commit", "after-completion")) {
            idsUntil(id);
        }
    }

    @Test
    void anEventOfAReadOnlyTransactionIsStored() throws Exception {
        TransactionTemplate readOnly = new TransactionTemplate(jpa);
        readOnly.setReadOnly(true);
        readOnly.executeWithoutResult(status -> assertTrue(submit("read-only").isStored()));
        idsUntil("read-only");
    }

    @Test
    void eachTransactionOfANestedCallDecidesForItself() throws Exception {
        TransactionTemplate own = new TransactionTemplate(jpa);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        TransactionTemplate none = new TransactionTemplate(jpa);
        none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        transaction.executeWithoutResult(status -> {
            submit("outer");
            own.executeWithoutResult(inner -> submit("inner-committed"));
            own.executeWithoutResult(inner -> {
                submit("inner-rolled-back");
                inner.setRollbackOnly();
            });
            none.executeWithoutResult(inner -> submit("suspended"));
            submit("outer-again");
            status.setRollbackOnly();
        });
        idsUntil("inner-committed");
        idsUntil("suspended");
        assertNeverSent("inner-rolled-back");
        assertNeverSent("outer");
        assertNeverSent("outer-again");
    }

    @Test
    void aNestedTransactionIsRolledBackToItsSavepoint() throws Exception {
        TransactionTemplate outer =
                new TransactionTemplate(shop.getBean("lazyManager", PlatformTransactionManager.class));
        TransactionTemplate nested = new TransactionTemplate(outer.getTransactionManager());
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        outer.executeWithoutResult(status -> {
            submit("kept");
            nested.executeWithoutResult(inner -> {
                submit("nested");
                inner.setRollbackOnly();
            });
        });
        idsUntil("kept");
        assertNeverSent("nested");
    }

    @Test
    void proxiesOfTheDataSourceAreTheSameDatabase() throws Exception {
        for (String name : List.of("lazyManager", "awareManager")) {
            TransactionTemplate proxied = new TransactionTemplate(shop.getBean(name, PlatformTransactionManager.class));
            proxied.executeWithoutResult(status -> submit(name + "-committed"));
            proxied.executeWithoutResult(status -> {
                submit(name + "-rolled-back");
                status.setRollbackOnly();
            });
            idsUntil(name + "-committed");
            assertNeverSent(name + "-rolled-back");
        }
    }

    /** Such a transaction cannot include the event, so it is stored at once. */
    @Test
    void anEventInATransactionOfAnotherDatabaseOrOfJtaIsStoredAtOnce() throws Exception {
        for (String name : List.of("otherManager", "jtaLike")) {
            new TransactionTemplate(shop.getBean(name, PlatformTransactionManager.class))
                    .executeWithoutResult(status -> {
                        assertTrue(submit(name + "-rolled-back").isStored());
                        status.setRollbackOnly();
                    });
            idsUntil(name + "-rolled-back");
        }
    }

    /** JdbcTemplate binds a connection in a JTA transaction, and nothing commits it unless it takes part in that. */
    @Test
    void aConnectionThatWasBoundLaterIsNotUsed() throws Exception {
        new TransactionTemplate(shop.getBean("jtaLike", PlatformTransactionManager.class))
                .executeWithoutResult(status -> {
                    jdbc.queryForObject("SELECT 1", Integer.class);
                    assertTrue(submit("jta-bound").isStored());
                    status.setRollbackOnly();
                });
        idsUntil("jta-bound");
    }

    @Test
    void anEventIsStoredAgainIfItsTransactionEndsWithoutACommitThatTheManagerReported() {
        List<Object> completions = new ArrayList<>();
        TransactionSynchronizationManager.initSynchronization();
        DataSource source = shop.getBean(DataSource.class);
        try (var connection = source.getConnection()) {
            var holder = new org.springframework.jdbc.datasource.ConnectionHolder(connection);
            TransactionSynchronizationManager.bindResource(source, holder);
            try {
                new BeginListener().afterBegin(new org.springframework.transaction.TransactionExecution() {}, null);
                TransactionState state = TransactionState.ofThread().findFirst().orElseThrow();
                state.on(source).orElseThrow().afterCompletion(completions::add);
                state.afterCompletion(TransactionSynchronization.STATUS_COMMITTED);
            } finally {
                TransactionSynchronizationManager.unbindResource(source);
            }
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        } finally {
            TransactionSynchronizationManager.clearSynchronization();
        }
        assertEquals("[NOT_INCLUDED]", completions.toString());
    }
}
