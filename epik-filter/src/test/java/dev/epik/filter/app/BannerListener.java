// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import dev.epik.filter.Consent;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** A shop's own consent function; the header {@code X-Banner: broken} makes it throw. */
public final class BannerListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        event.getServletContext().setAttribute(EpikFilter.CONSENT, (Consent) request -> {
            if ("broken".equals(request.getHeader("X-Banner"))) {
                throw new IllegalStateException("on purpose");
            }
            return "yes".equals(request.getHeader("X-Banner"))
                    ? Consent.Decision.granted("banner")
                    : Consent.Decision.unknown("banner not answered");
        });
    }
}
