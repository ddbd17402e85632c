// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** A shop with its own consent decider. The header {@code X-Banner: broken} makes it throw. */
public final class BannerListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        event.getServletContext().setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, (ConsentDecider) request -> {
            if ("broken".equals(request.getHeader("X-Banner"))) {
                throw new IllegalStateException("on purpose");
            }
            return "yes".equals(request.getHeader("X-Banner"))
                    ? ConsentDecider.Decision.granted("banner")
                    : ConsentDecider.Decision.unknown("banner not answered");
        });
    }
}
