// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.spi.EventStore;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The configured ad accounts and outbox, for health, info and the endpoint. Reading them opens nothing. Immutable.
 *
 * @param mode live or test; null if the application opens a client of its own, or none is configured
 * @param account the id of the default ad account; null as mode
 * @param names the names of the ad accounts
 * @param outbox the kind of outbox; null as mode
 */
record Deployment(
        @Nullable String mode,
        @Nullable String account,
        TreeSet<String> names,
        @Nullable String outbox) {

    static Deployment of(
            EpikProperties properties, EpikOutboxProperties outbox, ConfigurableListableBeanFactory beans) {
        TreeSet<String> names = new TreeSet<>(properties.accounts().keySet());
        if (properties.adAccountId() != null || names.isEmpty()) {
            names.add(EpikClient.MAIN);
        }
        if (properties.mode() == null || !isOurs(EpikAutoConfiguration.CLIENT, beans)) {
            return new Deployment(null, null, names, null);
        }
        return new Deployment(
                properties.mode().name().toLowerCase(Locale.ROOT), account(properties), names, kind(outbox, beans));
    }

    /** Returns whether the bean is the starter's; the application may have one of the same name. */
    private static boolean isOurs(String bean, ConfigurableListableBeanFactory beans) {
        return beans.containsBeanDefinition(bean)
                && beans.getBeanDefinition(bean) instanceof AnnotatedBeanDefinition definition
                && definition.getFactoryMethodMetadata() != null
                && definition
                        .getFactoryMethodMetadata()
                        .getDeclaringClassName()
                        .equals(EpikAutoConfiguration.class.getName());
    }

    private static @Nullable String account(EpikProperties properties) {
        if (properties.adAccountId() != null) {
            return properties.adAccountId();
        }
        Map<String, EpikProperties.Account> named = properties.accounts();
        String name = properties.defaultAccount();
        return named.entrySet().stream()
                .filter(each -> name == null || name.equals(each.getKey()))
                .map(each -> each.getValue().adAccountId())
                .findFirst()
                .orElse(null);
    }

    private static String kind(EpikOutboxProperties outbox, ConfigurableListableBeanFactory beans) {
        if (!isOurs(EpikAutoConfiguration.OUTBOX, beans) && !isOurs(EpikAutoConfiguration.KAFKA, beans)) {
            return ownStore(beans);
        }
        boolean hasDataSource = beans.getBeanNamesForType(DataSource.class, true, false).length > 0;
        return OutboxSettings.choose(outbox.type(), outbox.file() != null, hasDataSource)
                .name()
                .toLowerCase(Locale.ROOT);
    }

    /** Returns the type of the store of the application, of the primary one if there are several. */
    private static String ownStore(ConfigurableListableBeanFactory beans) {
        String[] own = beans.getBeanNamesForType(EventStore.class, true, false);
        return Arrays.stream(own)
                .filter(name -> own.length == 1
                        || (beans.containsBeanDefinition(name)
                                && beans.getBeanDefinition(name).isPrimary()))
                .map(name -> beans.getType(name, false))
                .filter(Objects::nonNull)
                .map(Class::getSimpleName)
                .findFirst()
                .orElse("own");
    }

    /** Returns mode, default ad account, number of ad accounts and outbox, as far as they are known. */
    Map<String, Object> details() {
        Map<String, Object> details = new TreeMap<>();
        if (mode != null) {
            details.put("mode", mode);
            details.put("accounts", names.size());
        }
        if (account != null) {
            details.put("account", account);
        }
        if (outbox != null) {
            details.put("outbox", outbox);
        }
        return details;
    }
}
