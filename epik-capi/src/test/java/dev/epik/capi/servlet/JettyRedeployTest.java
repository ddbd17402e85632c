// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.component.LifeCycle;

class JettyRedeployTest extends RedeployContract {
    @Override
    ServletContainer start(Path directory) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ContextHandlerCollection applications = new ContextHandlerCollection();
        server.setHandler(applications);
        server.start();
        return new ServletContainer() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public ClassLoader deploy(Path war) throws Exception {
                WebAppContext shop = new WebAppContext(war.toString(), "/");
                shop.setThrowUnavailableOnStartupException(true);
                applications.addHandler(shop);
                shop.start();
                return shop.getClassLoader();
            }

            @Override
            public void undeploy() throws Exception {
                WebAppContext shop = (WebAppContext) applications.getHandlers().get(0);
                shop.stop();
                applications.removeHandler(shop);
                shop.destroy();
            }

            @Override
            public void close() {
                LifeCycle.stop(server);
            }
        };
    }
}
