// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanner;

class TomcatRedeployTest extends RedeployContract {
    /**
     * Tomcat's leak detection opens packages of the JDK, and warns if it may not. The field keeps JUL from forgetting
     * the level.
     */
    private static final Logger LEAKS = Logger.getLogger("org.apache.catalina.loader.WebappClassLoaderBase");

    TomcatRedeployTest() {
        LEAKS.setLevel(Level.SEVERE);
    }

    @Override
    ServletContainer start(Path directory) throws Exception {
        Tomcat tomcat = new Tomcat();
        Path home = directory.resolve("tomcat");
        Files.createDirectories(home.resolve("webapps"));
        tomcat.setBaseDir(home.toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
        return new ServletContainer() {
            @Override
            public int port() {
                return tomcat.getConnector().getLocalPort();
            }

            @Override
            public ClassLoader deploy(Path war) {
                StandardContext shop = (StandardContext) tomcat.addWebapp("", war.toString());
                ((StandardJarScanner) shop.getJarScanner()).setScanClassPath(false);
                if (shop.getState() != LifecycleState.STARTED) {
                    throw new IllegalStateException("Tomcat did not start the application");
                }
                return shop.getLoader().getClassLoader();
            }

            @Override
            public void undeploy() throws Exception {
                Container shop = tomcat.getHost().findChildren()[0];
                tomcat.getHost().removeChild(shop); // stops it
                shop.destroy();
            }

            @Override
            public void close() {
                try {
                    tomcat.stop();
                    tomcat.destroy();
                } catch (LifecycleException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
