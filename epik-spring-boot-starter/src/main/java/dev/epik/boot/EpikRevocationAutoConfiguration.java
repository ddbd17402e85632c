// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;

/** Lets the filter hand the click ids of visitors who revoke their consent over to the client. */
@AutoConfiguration(after = EpikAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public final class EpikRevocationAutoConfiguration {
    /** The filter's servlet context attribute. */
    private static final String REVOKED = "dev.epik.revoked";

    @Bean
    ServletContextInitializer epikRevocations(
            ObjectProvider<EpikClient> client, ObjectProvider<PageEvents> pageEvents) {
        Consumer<String> revoked = clickId -> {
            client.ifUnique(each -> each.revoke(clickId));
            pageEvents.ifUnique(each -> each.revoke(clickId));
        };
        return context -> context.setAttribute(REVOKED, revoked);
    }
}
