// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.app.AheadFilter;
import dev.epik.filter.app.BannerListener;
import dev.epik.filter.app.CachingServlet;
import dev.epik.filter.app.EchoServlet;
import dev.epik.testing.TestCertificate;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import org.springframework.web.filter.ForwardedHeaderFilter;

/** The contract on an embedded Undertow. It does not read the fragment, so the filter is registered in code. */
class UndertowTest extends ProtocolContract {
    /** Undertow clears all headers. A visitor who tries again still has the click id in the URL. */
    @Override
    boolean keepsHeadersOfACrash() {
        return false;
    }

    @Override
    boolean seesWrappersInStartAsync() {
        return true;
    }

    @Override
    Container start(Deployment deployment) throws Exception {
        FilterInfo filter = Servlets.filter("epik", EpikFilter.class).setAsyncSupported(true);
        deployment.initParams().forEach(filter::addInitParam);
        DeploymentInfo shop = Servlets.deployment()
                .setClassLoader(UndertowTest.class.getClassLoader())
                .setDeploymentName("shop")
                .setContextPath("/")
                .setEagerFilterInit(
                        true) // otherwise an invalid setting fails the first request instead of the deployment
                .addFilter(Servlets.filter("ahead", AheadFilter.class).setAsyncSupported(true))
                .addFilterUrlMapping("ahead", "/caching/*", DispatcherType.REQUEST)
                .addFilterUrlMapping("ahead", "/caching/*", DispatcherType.ASYNC)
                .addFilter(filter)
                .addServlet(Servlets.servlet("echo", EchoServlet.class)
                        .addMapping("/")
                        .setMultipartConfig(Servlets.multipartConfig(null, -1, -1, 0))
                        .setAsyncSupported(true))
                .addServlet(Servlets.servlet("caching", CachingServlet.class)
                        .addMapping("/caching/*")
                        .setAsyncSupported(true))
                .addErrorPage(Servlets.errorPage("/caching/error-page", 410))
                .addErrorPage(Servlets.errorPage("/caching/error-page", IllegalStateException.class));
        if (deployment.hasForwardedHeaderFilter()) {
            shop.addFilter(Servlets.filter("forwarded", ForwardedHeaderFilter.class)
                            .setAsyncSupported(true))
                    .addFilterUrlMapping("forwarded", "/*", DispatcherType.REQUEST);
        }
        for (DispatcherType type :
                new DispatcherType[] {DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR}) {
            shop.addFilterUrlMapping("epik", "/*", type);
        }
        if (deployment.hasBanner()) {
            shop.addListener(Servlets.listener(BannerListener.class));
        }
        DeploymentManager manager = Servlets.newContainer().addDeployment(shop);
        manager.deploy();
        Undertow server = Undertow.builder()
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .addHttpListener(0, "127.0.0.1")
                .addHttpsListener(0, "127.0.0.1", TestCertificate.context())
                .setHandler(manager.start())
                .build();
        server.start();
        return new Container() {
            @Override
            public int port() {
                return port(0);
            }

            @Override
            public int tlsPort() {
                return port(1);
            }

            private int port(int listener) {
                return ((InetSocketAddress)
                                server.getListenerInfo().get(listener).getAddress())
                        .getPort();
            }

            @Override
            public void close() {
                try {
                    manager.stop();
                    manager.undeploy();
                } catch (ServletException e) {
                    throw new IllegalStateException(e);
                } finally {
                    server.stop();
                }
            }
        };
    }
}
