// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A shop with its own consent decider, which takes page events too. The header {@code X-Banner: broken} makes both
 * throw.
 */
public final class BannerListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        BiConsumer<HttpServletRequest, Map<String, String>> pageEvents = (request, values) -> {
            if ("broken".equals(request.getHeader("X-Banner"))) {
                throw new IllegalStateException("on purpose");
            }
            request.getServletContext().setAttribute("taken", new TreeMap<>(values).toString());
        };
        event.getServletContext().setAttribute(EpikFilter.CONTEXT_PAGE_EVENTS, pageEvents);
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
