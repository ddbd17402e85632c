// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.app.BannerListener;
import dev.epik.filter.app.CachingServlet;
import dev.epik.filter.app.EchoServlet;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.Map;

/** The contract on an embedded Undertow: it reads no fragment, so the filter is registered in code. */
class UndertowTest extends CaptureContract {
    /** It clears them all; the visitor who tries again has the click id on the URL still. */
    @Override
    boolean keepsHeadersOfACrash() {
        return false;
    }

    @Override
    Container start() throws ServletException {
        return start(Map.of(), false);
    }

    @Override
    Container start(Map<String, String> initParams, boolean listens) throws ServletException {
        FilterInfo filter = Servlets.filter("epik", EpikFilter.class).setAsyncSupported(true);
        initParams.forEach(filter::addInitParam);
        DeploymentInfo shop = Servlets.deployment()
                .setClassLoader(UndertowTest.class.getClassLoader())
                .setDeploymentName("shop")
                .setContextPath("/")
                .setEagerFilterInit(true) // else a wrong setting fails the first request instead of the deployment
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
        for (DispatcherType type :
                new DispatcherType[] {DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR}) {
            shop.addFilterUrlMapping("epik", "/*", type);
        }
        if (listens) {
            shop.addListener(Servlets.listener(BannerListener.class));
        }
        DeploymentManager deployment = Servlets.newContainer().addDeployment(shop);
        deployment.deploy();
        Undertow server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(deployment.start())
                .build();
        server.start();
        return new Container() {
            @Override
            public int port() {
                return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
            }

            @Override
            public void close() {
                try {
                    deployment.stop();
                    deployment.undeploy();
                } catch (ServletException stuck) {
                    throw new IllegalStateException(stuck);
                } finally {
                    server.stop();
                }
            }
        };
    }
}
