// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.testing.TestCertificate;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The contract on Jetty 12. A subclass provides the web application class of its Jakarta EE version. */
abstract class JettyContract extends DropInContract {
    /** Returns a web application that fails the server's start if it does not start itself. */
    abstract Handler webApplication(Path war);

    @Override
    Container start(Path war) throws Exception {
        Server server = new Server();
        HttpConfiguration clear = new HttpConfiguration();
        ServerConnector connector =
                new ServerConnector(server, new HttpConnectionFactory(clear), new HTTP2CServerConnectionFactory(clear));
        ServerConnector tls = tls(server);
        for (ServerConnector each : List.of(connector, tls)) {
            each.setHost("127.0.0.1");
            server.addConnector(each);
        }
        server.setHandler(webApplication(war));
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new Container() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public int tlsPort() {
                return tls.getLocalPort();
            }

            @Override
            public void close() {
                LifeCycle.stop(server);
            }
        };
    }

    private static ServerConnector tls(Server server) {
        HttpConfiguration secure = new HttpConfiguration();
        secure.addCustomizer(new SecureRequestCustomizer(false)); // accepts hosts that the certificate does not name
        SslContextFactory.Server keys = new SslContextFactory.Server();
        keys.setKeyStorePath(TestCertificate.FILE.toString());
        keys.setKeyStorePassword(TestCertificate.PASSWORD);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        return new ServerConnector(
                server,
                new SslConnectionFactory(keys, alpn.getProtocol()),
                alpn,
                new HTTP2ServerConnectionFactory(secure),
                new HttpConnectionFactory(secure));
    }
}
