// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A shop with a database. Prints its port, and how client and database are when the client is about to be closed and
 * after that. An order may be sent again.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShopProgram {
    private static final Duration SLOW = Duration.ofSeconds(2);

    public static void main(String... arguments) {
        ConfigurableApplicationContext shop = SpringApplication.run(ShopProgram.class, arguments);
        System.out.println("PORT " + shop.getEnvironment().getProperty("local.server.port"));
    }

    @Bean
    static SmartLifecycle beforeTheClient(EpikClient epik, JdbcTemplate jdbc) {
        return new Probe("BEFORE", EpikLifecycle.PHASE + 1, epik, jdbc);
    }

    @Bean
    static SmartLifecycle afterTheClient(EpikClient epik, JdbcTemplate jdbc) {
        return new Probe("AFTER", EpikLifecycle.PHASE - 1, epik, jdbc);
    }

    /** Prints which of client and database work when its phase stops. */
    private static final class Probe implements SmartLifecycle {
        private final String name;
        private final int phase;
        private final EpikClient epik;
        private final JdbcTemplate jdbc;
        private volatile boolean running;

        Probe(String name, int phase, EpikClient epik, JdbcTemplate jdbc) {
            this.name = name;
            this.phase = phase;
            this.epik = epik;
            this.jdbc = jdbc;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            boolean isClosed = epik.submit(Sales.sale("probe " + name)) instanceof SubmitResult.Failed;
            Integer one = jdbc.queryForObject("SELECT 1", Integer.class);
            System.out.println(name + (isClosed ? " closed" : " open") + ", database " + one);
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @RestController
    static class Orders {
        private final EpikClient epik;
        private final JdbcTemplate jdbc;
        private final TransactionTemplate transaction;

        Orders(EpikClient epik, JdbcTemplate jdbc, PlatformTransactionManager transactions) {
            this.epik = epik;
            this.jdbc = jdbc;
            this.transaction = new TransactionTemplate(transactions);
            jdbc.execute("CREATE TABLE IF NOT EXISTS orders (number text PRIMARY KEY)");
        }

        @GetMapping("/visit")
        String visit(Visit visit) {
            return visit.consent() + " " + visit.ip() + " " + visit.clickId();
        }

        /** Orders after some time, so that the server stops meanwhile. */
        @PostMapping("/slow")
        String slow(@RequestParam("number") int number, Visit visit) throws InterruptedException {
            System.out.println("SLOW begun");
            Thread.sleep(SLOW.toMillis());
            String answer = order(number, visit);
            System.out.println("SLOW " + answer);
            return answer;
        }

        /** Stores in the transaction of the order if the number is even, otherwise after it. */
        @PostMapping("/order")
        String order(@RequestParam("number") int number, Visit visit) {
            ConversionEvent sale = ConversionEvent.checkout("order-" + number)
                    .value(new BigDecimal("9.90"), "EUR")
                    .visit(visit)
                    .build();
            boolean isStored = Boolean.TRUE.equals(transaction.execute(status -> {
                jdbc.update("INSERT INTO orders VALUES (?) ON CONFLICT DO NOTHING", "order-" + number);
                return number % 2 == 1 || epik.submit(sale).isStored();
            }));
            if (number % 2 == 1) {
                isStored = epik.submit(sale).isStored();
            }
            return isStored ? "stored" : "not stored";
        }
    }
}
