// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.demo.shop.ShopConsent;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Opens the shop when the container starts it and closes it when it stops; and tells the filter who decides on consent. */
public final class DemoListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(DemoListener.class.getName());

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Demo demo = Demo.open(System::getenv);
        ServletContext context = event.getServletContext();
        context.setAttribute(Demo.class.getName(), demo);
        context.setAttribute(EpikFilter.CONSENT, new ShopConsent(demo.consentRequired()));
        LOG.log(
                Level.INFO,
                "The shop is open, {0}, consent {1}, events wait {2}. Land on /?epik=..., look at /inspector. {3}",
                demo.badge(),
                demo.consentRequired() ? "required" : "not required up front",
                demo.storedIn().isEmpty() ? "in memory" : "in " + demo.storedIn(),
                demo.note());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        Demo.of(event.getServletContext()).close();
    }
}
