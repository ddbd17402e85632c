// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.filter.ConsentDecider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The bean of {@code docs/spring-boot.md}. */
// tag::boot-consent[]
@Configuration(proxyBeanMethods = false)
class ShopConsent {
    @Bean
    ConsentDecider consent() {
        return request -> request.getUserPrincipal() != null
                ? ConsentDecider.Decision.granted("the customer's account")
                : ConsentDecider.Decision.unknown("no customer yet");
    }
}
// end::boot-consent[]
