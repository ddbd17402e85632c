// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Handler;

class JettyEe10Test extends JettyContract {
    @Override
    Handler webApplication(Path war) {
        WebAppContext context = new WebAppContext(war.toString(), "/");
        context.setThrowUnavailableOnStartupException(true);
        return context;
    }
}
