// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.outbox.spi.CallerTransactions;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Lets {@code submit} use the Spring transaction of its caller. Needs spring-tx and spring-jdbc. */
@AutoConfiguration
public final class EpikTransactionAutoConfiguration {

    /** A class of its own, because an application without a database does not have these classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.jdbc.datasource.ConnectionHolder",
                "org.springframework.transaction.TransactionExecutionListener"
            })
    static class OnSpringJdbc {
        /** May be injected, for a client of the application's own: {@code EpikClient.Builder.transactions}. */
        @Bean
        @ConditionalOnMissingBean
        CallerTransactions epikTransactions() {
            return new SpringTransactions();
        }

        @Bean
        static BeanPostProcessor epikTransactionManagers() {
            return new ListenedTransactionManagers();
        }
    }

    /** Registers the listener at every transaction manager, also at those that Spring Boot does not configure. */
    static final class ListenedTransactionManagers implements BeanPostProcessor {
        private final BeginListener listener = new BeginListener();

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (bean instanceof PlatformTransactionManager && bean instanceof ConfigurableTransactionManager manager) {
                manager.addListener(listener);
            }
            return bean;
        }
    }
}
