// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules that hold on every container, however the filter was installed. The parts of the contract extend each
 * other, and a container is one small subclass of the last part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContainerContract {
    /** A container with the filter's default settings. */
    Container dropIn;

    Wire shop;

    abstract Container start(Deployment deployment) throws Exception;

    Container start(Map<String, String> initParams) throws Exception {
        return start(Deployment.with(initParams));
    }

    @BeforeAll
    void deploy() throws Exception {
        dropIn = start(Deployment.DROP_IN);
        shop = new Wire(dropIn.port());
    }

    @AfterAll
    void stop() throws Exception {
        dropIn.close();
    }

    static long ours(Answer answer) {
        return answer.all("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("_epik="))
                .count();
    }
}
