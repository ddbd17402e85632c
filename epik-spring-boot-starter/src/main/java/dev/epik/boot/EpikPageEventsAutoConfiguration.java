// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.TokenSource;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.capi.servlet.TrustedProxies;
import jakarta.servlet.ServletContext;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Takes the page events of the filter if {@code epik.page-events.enabled=true}, for the default ad account. A bean of
 * type {@code PageEvents} of the application's own takes precedence.
 */
@AutoConfiguration(after = EpikAutoConfiguration.class)
@ConditionalOnProperty(prefix = "epik.page-events", name = "enabled", havingValue = "true")
@EnableConfigurationProperties({EpikProperties.class, EpikPageEventsProperties.class, EpikVisitProperties.class})
public final class EpikPageEventsAutoConfiguration {

    /** A class of its own, because a reactive application does not have the servlet classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class OnServlets {
        /** Opens it at the start even if beans are lazy, because no other bean asks for it. */
        @Bean
        static LazyInitializationExcludeFilter epikPageEventsAreNotLazy() {
            return (name, definition, type) -> type == PageEvents.class;
        }

        @Bean
        @ConditionalOnMissingBean
        PageEvents epikPageEvents(
                EpikProperties properties,
                EpikPageEventsProperties settings,
                EpikVisitProperties visit,
                ObjectProvider<TokenSource> tokens,
                ObjectProvider<TrustedProxies> proxies,
                ServletContext shop) {
            AccountSettings.Accounts accounts =
                    new AccountSettings(properties, Optional.ofNullable(tokens.getIfUnique())).read();
            PageEvents.Builder builder = PageEvents.builder(accounts.mode(), accounts.main())
                    .privacy(DeliverySettings.privacy(properties, visit))
                    .searchText(settings.searchText())
                    .trustedProxies(ProxySettings.read(properties, proxies));
            if (properties.api() != null) {
                builder.baseUrl(properties.api());
            }
            return SettingException.check("epik.page-events", () -> {
                if (settings.maxPerMinute() != null) {
                    builder.maxPerMinute(settings.maxPerMinute());
                }
                if (settings.capacity() != null) {
                    builder.capacity(settings.capacity());
                }
                return builder.open(shop);
            });
        }
    }
}
