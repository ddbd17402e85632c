// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.app.CachingServlet;
import dev.epik.filter.app.EchoServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;

/** The filter set up in code, on an embedded Jetty. */
class BuilderTest {
    private final Server server = new Server();
    private final List<Filter> later = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Wire start(EpikFilter filter, String... initParams) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        FilterHolder holder = new FilterHolder(filter);
        for (int i = 0; i < initParams.length; i += 2) {
            holder.setInitParameter(initParams[i], initParams[i + 1]);
        }
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        later.forEach(each -> context.addFilter(new FilterHolder(each), "/*", EnumSet.of(DispatcherType.REQUEST)));
        context.addServlet(new ServletHolder(new EchoServlet()), "/");
        context.addServlet(new ServletHolder(new CachingServlet()), "/caching/*");
        server.setHandler(context);
        server.start();
        return new Wire(connector.getLocalPort());
    }

    @Test
    void obeysWhatIsSetInCodeAndCounts() throws Exception {
        EpikFilter filter = EpikFilter.builder()
                .consent(request -> Consent.Decision.granted("test"))
                .cookieDomain("example.shop")
                .ignoreGpc()
                .lifetimeDays(30)
                .maxLength(8)
                .refreshOnLanding()
                .secure("always")
                .build();
        Wire wire = start(filter);
        String[] visit = {"Host: pay.example.shop", "Sec-GPC: 1", "Cookie: _epik=abc"};
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=2592000; Domain=example.shop; SameSite=Lax; Secure"),
                wire.get("/?epik=abc", visit).all("Set-Cookie"));
        assertEquals(List.of(), wire.get("/?epik=abcdefghi", visit).all("Set-Cookie"));
        assertEquals(
                new CaptureCounts(1, 0, Map.of(Refusal.EMPTY, 0L, Refusal.LENGTH, 1L, Refusal.CHARACTERS, 0L), 0, 0),
                filter.counts());
    }

    @Test
    void anInitParamOfTheRegistrationBeatsIt() throws Exception {
        Wire wire = start(EpikFilter.builder().lifetimeDays(30).build(), "lifetime-days", "1");
        assertTrue(wire.get("/?epik=abc").all("Set-Cookie").get(0).contains("Max-Age=86400;"));
    }

    @Test
    void aBuiltInConsentIsTakenByItsName() throws Exception {
        Wire wire = start(EpikFilter.builder().consent("cookie:ok=1").build());
        assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
        assertEquals(1, wire.get("/?epik=abc", "Cookie: ok=1").all("Set-Cookie").size());
    }

    @Test
    void springSecurityBehindItStillForbidsCachesAllTogether() throws Exception {
        later.add(new HeaderWriterFilter(List.of(new CacheControlHeadersWriter())));
        Wire wire = start(EpikFilter.builder().build());
        Answer landing = wire.get("/?epik=abc");
        assertEquals(1, landing.all("Set-Cookie").size());
        assertEquals(List.of("no-store"), landing.all("Cache-Control"));
        // where the application decides, Spring Security leaves its own out; ours stays private
        Answer decided = wire.get("/caching/set?epik=abc");
        assertEquals(List.of("private, max-age=60"), decided.all("Cache-Control"));
    }

    @Test
    void aWrongValueIsRefusedWhereItIsBuilt() {
        var wrong = assertThrows(
                IllegalArgumentException.class,
                () -> EpikFilter.builder().lifetimeDays(401).build());
        assertTrue(wrong.toString().contains("lifetime-days"), wrong::toString);
    }

    @Test
    void aFunctionThatAnswersNullIsADenial() throws Exception {
        @SuppressWarnings("NullAway") // what a function without null checks does
        Consent broken = request -> null;
        Wire wire = start(EpikFilter.builder().consent(broken).build());
        Answer answer = wire.get("/?epik=abc");
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("consent=denied; the consent function failed"), answer.body());
    }
}
