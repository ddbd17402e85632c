// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.DeliveryListener;
import dev.epik.capi.EpikClient;
import dev.epik.capi.TokenSource;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Opens an {@link EpikClient} with the properties {@code epik.*}, and the {@link EventStore} that it uses, which is an
 * {@link Outbox} unless events are stored in Kafka. A bean of the application's own of either type takes precedence.
 * Without any setting the client is an unavailable one, so that it can be injected all the same.
 *
 * <p>The names of both Spring Boot lines are given for what must be configured before.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.springframework.boot.autoconfigure.liquibase.LiquibaseAutoConfiguration",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration"
        },
        after = EpikTransactionAutoConfiguration.class)
@EnableConfigurationProperties({
    EpikProperties.class,
    EpikOutboxProperties.class,
    EpikKafkaProperties.class,
    EpikDeliveryProperties.class,
    EpikOAuthProperties.class,
    EpikVisitProperties.class
})
public final class EpikAutoConfiguration {
    private static final Logger LOG = System.getLogger(EpikAutoConfiguration.class.getName());

    /** The bean names of client and outbox, if they are not the application's own. */
    static final String CLIENT = "epikClient";

    static final String OUTBOX = "epikOutbox";
    static final String KAFKA = "epikKafkaStore";

    private static final String NOTHING_SET = "Events are not reported to Pinterest, because no setting for that is"
            + " set: set epik.mode, epik.ad-account-id and epik.access-token or epik.access-token-file. Events are"
            + " stored in the DataSource, or in the file epik.outbox.file";

    /** Lazy, because a client of the application's own may need no store from here. */
    @Bean(name = KAFKA)
    @Lazy
    @ConditionalOnMissingBean
    @ConditionalOnProperty(prefix = "epik.outbox", name = "type", havingValue = "kafka")
    EventStore epikKafkaStore(
            EpikKafkaProperties properties,
            Environment environment,
            ObjectProvider<KafkaConnectionSource> connections,
            ObjectProvider<SslBundles> bundles) {
        @Nullable
        KafkaConnection connection = connections
                .orderedStream()
                .map(KafkaConnectionSource::find)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new KafkaSettings(properties, Binder.get(environment), connection, bundles::getIfAvailable).open();
    }

    /** Below the store of Kafka, because it is left out if there is that one. */
    @Bean(name = OUTBOX)
    @Lazy
    @ConditionalOnMissingBean(EventStore.class)
    @DependsOnDatabaseInitialization
    Outbox epikOutbox(EpikOutboxProperties properties, ConfigurableListableBeanFactory beans) {
        return new OutboxSettings(properties, beans).open(OUTBOX);
    }

    @Bean
    static PropertyCheck epikPropertyCheck(Environment environment) {
        return new PropertyCheck(environment);
    }

    /** Opens the client at the start even if beans are lazy: events that wait since the last stop are to be sent. */
    @Bean
    static LazyInitializationExcludeFilter epikClientIsNotLazy() {
        return (name, definition, type) -> name.equals(CLIENT);
    }

    @Bean(name = CLIENT)
    @ConditionalOnMissingBean
    EpikClient epikClient(
            EpikProperties properties,
            EpikOutboxProperties outboxProperties,
            EpikDeliveryProperties delivery,
            EpikOAuthProperties oauth,
            EpikVisitProperties visit,
            ObjectProvider<EventStore> store,
            ObjectProvider<TokenSource> tokens,
            ObjectProvider<CallerTransactions> transactions,
            ObjectProvider<DeliveryListener> listener,
            ObjectProvider<PayloadKeys> payloadKeys,
            ObjectProvider<EpikClientCustomizer> customizers) {
        if (!properties.isForDelivery() && !outboxProperties.isSet() && !oauth.isSet()) {
            LOG.log(Level.INFO, NOTHING_SET);
            return EpikClient.unavailable(NOTHING_SET);
        }
        OAuthSettings.check(oauth);
        AccountSettings.Accounts accounts =
                new AccountSettings(properties, Optional.ofNullable(tokens.getIfUnique())).read();
        EpikClient.Builder client = accounts.client(store.getObject());
        DeliverySettings.apply(delivery, client);
        DeliverySettings.silence(properties.silence(), client);
        client.privacy(DeliverySettings.privacy(properties, visit));
        if (properties.api() != null) {
            client.baseUrl(properties.api());
        }
        transactions.ifUnique(client::transactions);
        listener.ifUnique(client::listener);
        OutboxSettings.encrypt(outboxProperties, payloadKeys, client);
        customizers.orderedStream().forEach(each -> each.customize(client));
        return SettingException.check("epik.api", client::open);
    }

    @Bean
    EpikLifecycle epikLifecycle(ApplicationContext context, ConfigurableListableBeanFactory beans) {
        return new EpikLifecycle(context, beans);
    }

    /** Public, so that an admin page can connect the ad account. */
    @Bean
    @ConditionalOnMissingBean(TokenSource.class)
    @ConditionalOnProperty(prefix = "epik.oauth", name = "client-id")
    OAuthTokens epikOAuthTokens(
            EpikOAuthProperties oauth,
            EpikProperties properties,
            EpikOutboxProperties outbox,
            ConfigurableListableBeanFactory beans) {
        return OAuthSettings.open(oauth, properties.api(), outbox, beans);
    }
}
