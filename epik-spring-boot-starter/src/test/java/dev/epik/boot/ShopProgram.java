// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A shop with a database. Prints its port. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShopProgram {
    public static void main(String... arguments) {
        ConfigurableApplicationContext shop = SpringApplication.run(ShopProgram.class, arguments);
        System.out.println("PORT " + shop.getEnvironment().getProperty("local.server.port"));
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

        /** Stores in the transaction of the order if the number is even, otherwise after it. */
        @PostMapping("/order")
        String order(@RequestParam("number") int number, Visit visit) {
            ConversionEvent sale = ConversionEvent.checkout("order-" + number)
                    .value(new BigDecimal("9.90"), "EUR")
                    .visit(visit)
                    .build();
            boolean isStored = Boolean.TRUE.equals(transaction.execute(status -> {
                jdbc.update("INSERT INTO orders VALUES (?)", "order-" + number);
                return number % 2 == 1 || epik.submit(sale).isStored();
            }));
            if (number % 2 == 1) {
                isStored = epik.submit(sale).isStored();
            }
            return isStored ? "stored" : "not stored";
        }
    }
}
