// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.nio.file.Path;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** The contract on Jetty 12; a subclass brings the web application of its Jakarta EE. */
abstract class JettyContract extends DropInContract {
    /** One that fails the server's start where it does not start itself. */
    abstract Handler webApplication(Path war);

    @Override
    Container start(Path war) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(webApplication(war));
        try {
            server.start();
        } catch (Exception refused) {
            server.stop();
            throw refused;
        }
        return new Container() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public void close() {
                LifeCycle.stop(server);
            }
        };
    }
}
