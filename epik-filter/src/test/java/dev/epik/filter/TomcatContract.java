// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.junit.jupiter.api.Test;

/** The contract on the Tomcat of the class path. A subclass names the expected version. */
abstract class TomcatContract extends DropInContract {
    /**
     * Tomcat's leak detection warns if it may not open packages of the JDK. The field keeps JUL from forgetting the
     * level.
     */
    private static final Logger LEAKS = Logger.getLogger("org.apache.catalina.loader.WebappClassLoaderBase");

    private final String version;

    TomcatContract(String version) {
        this.version = version;
        LEAKS.setLevel(Level.SEVERE);
    }

    @Test
    void runsOnTheTomcatOfItsName() {
        assertTrue(ServerInfo.getServerInfo().startsWith("Apache Tomcat/" + version), ServerInfo.getServerInfo());
    }

    @Override
    Container start(Path war) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createDirectories(war.resolveSibling("tomcat")).toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        Connector tls = tls();
        tomcat.setConnector(tls);
        StandardContext context = (StandardContext) tomcat.addWebapp("", war.toString());
        // The class path of the build has the filter too. A shop's container has it only in WEB-INF/lib.
        ((StandardJarScanner) context.getJarScanner()).setScanClassPath(false);
        tomcat.start();
        if (context.getState() != LifecycleState.STARTED) {
            tomcat.stop();
            tomcat.destroy();
            throw new IllegalStateException("Tomcat did not start the application");
        }
        return new Container() {
            @Override
            public int port() {
                return tomcat.getConnector().getLocalPort();
            }

            @Override
            public int tlsPort() {
                return tls.getLocalPort();
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

    private static Connector tls() {
        Connector tls = new Connector();
        tls.setPort(0);
        tls.setSecure(true);
        tls.setScheme("https");
        tls.setProperty("address", "127.0.0.1");
        tls.setProperty("SSLEnabled", "true");
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(TestCertificate.FILE.toString());
        certificate.setCertificateKeystorePassword(TestCertificate.PASSWORD);
        host.addCertificate(certificate);
        tls.addSslHostConfig(host);
        tls.addUpgradeProtocol(new Http2Protocol());
        return tls;
    }
}
