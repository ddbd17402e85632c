// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** The function of {@code docs/consent.md}. */
// tag::consent-function[]
@WebListener
public final class ShopConsent implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ConsentDecider consent = request -> request.getUserPrincipal() != null
                ? ConsentDecider.Decision.granted("the customer's account")
                : ConsentDecider.Decision.unknown("no customer yet");
        event.getServletContext().setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, consent);
    }
}
// end::consent-function[]
