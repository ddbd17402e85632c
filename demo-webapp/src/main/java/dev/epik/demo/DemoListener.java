// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.servlet.EpikContextListener;
import dev.epik.demo.shop.BannerConsent;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the demo when the container starts and closes it when the container stops. Sets the filter's consent source,
 * and takes its page events.
 */
public final class DemoListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(DemoListener.class.getName());

    private EpikContextListener.@Nullable PageEvents pageEvents;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Demo demo = Demo.open(System::getenv);
        ServletContext context = event.getServletContext();
        context.setAttribute(Demo.class.getName(), demo);
        pageEvents = demo.pageEvents().open(context);
        context.setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, new BannerConsent(demo.consentRequired()));
        Consumer<String> revoked = demo.epik()::revoke;
        context.setAttribute(EpikFilter.CONTEXT_REVOKED, revoked);
        LOG.log(
                Level.INFO,
                "Demo started: {0}, consent {1}, outbox {2}. Open /?epik=... and /inspector. {3}",
                demo.badge(),
                demo.consentRequired() ? "required" : "not required",
                demo.storedIn().isEmpty() ? "in memory" : demo.storedIn(),
                demo.note());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        EpikContextListener.PageEvents opened = pageEvents;
        if (opened != null) {
            opened.close();
        }
        Demo.of(event.getServletContext()).close();
    }
}
