// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import dev.epik.testing.LogCapture;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Runs the starter in a Spring Boot application. The build runs it on several versions, each with its Tomcat. */
class EpikFilterAutoConfigurationTest {
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    private @Nullable ConfigurableApplicationContext shop;

    /** The class path of the tests has a database's driver, and these applications have no database. */
    @BeforeAll
    static void excludeDatabases() {
        System.setProperty("spring.autoconfigure.exclude", EpikAutoConfigurationTest.exclusions());
    }

    @AfterAll
    static void includeDatabases() {
        System.clearProperty("spring.autoconfigure.exclude");
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        ServletRegistrationBean<HttpServlet> pages() {
            ServletRegistrationBean<HttpServlet> pages = new ServletRegistrationBean<>(new Pages(), "/shop/*");
            pages.setAsyncSupported(true);
            return pages;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConsent {
        @Bean
        ConsentDecider consent() {
            return request -> ConsentDecider.Decision.unknown("the banner was not answered");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRegistration {
        @Bean
        FilterRegistrationBean<EpikFilter> own() {
            return new FilterRegistrationBean<>(
                    EpikFilter.builder().lifetimeDays(7).build());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoConsents {
        @Bean
        ConsentDecider banner() {
            return request -> ConsentDecider.Decision.denied("banner");
        }

        @Bean
        ConsentDecider account() {
            return request -> ConsentDecider.Decision.denied("account");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoConsentsOfWhichOneDecides extends TwoConsents {
        @Bean
        @Primary
        ConsentDecider strictest() {
            return request -> ConsentDecider.Decision.granted("strictest");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFilter {
        @Bean
        EpikFilter anyName() {
            return EpikFilter.builder().lifetimeDays(7).build();
        }

        /** Answers before the application does, as Spring Security's filter. */
        @Bean
        FilterRegistrationBean<Filter> login() {
            FilterRegistrationBean<Filter> login = new FilterRegistrationBean<>((request, response, chain) -> {
                if (((HttpServletRequest) request).getRequestURI().startsWith("/private")) {
                    ((HttpServletResponse) response).sendRedirect("/login");
                } else {
                    chain.doFilter(request, response);
                }
            });
            login.setOrder(-100);
            return login;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFilterWithItsRegistration {
        @Bean
        EpikFilter filter() {
            return EpikFilter.builder().lifetimeDays(7).build();
        }

        @Bean
        FilterRegistrationBean<EpikFilter> registration(EpikFilter filter) {
            FilterRegistrationBean<EpikFilter> registration = new FilterRegistrationBean<>(filter);
            registration.addUrlPatterns("/shop/*");
            return registration;
        }
    }

    /** A bean of the shop whose name the starter must not use. */
    @Configuration(proxyBeanMethods = false)
    static class BeanNamedEpik {
        @Bean
        String epik() {
            return "the shop's own";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Reactive {}

    static final class Pages extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader("Cache-Control", "public, max-age=60");
            if ("/later".equals(request.getPathInfo())) {
                AsyncContext later = request.startAsync();
                later.start(() -> {
                    ((HttpServletResponse) later.getResponse()).setHeader("Cache-Control", "public, s-maxage=600");
                    later.complete();
                });
            } else {
                response.getOutputStream().write(request.getInputStream().readAllBytes());
            }
        }
    }

    private void start(Class<?> more, String... properties) {
        String[] arguments = Stream.concat(
                        Stream.of("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off"),
                        Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        shop = new SpringApplication(Shop.class, more).run(arguments);
    }

    private HttpResponse<String> get(String target, String... headers) throws Exception {
        HttpRequest.Builder request = request(target);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return BROWSER.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String target) {
        String port = shop == null ? "" : shop.getEnvironment().getProperty("local.server.port", "");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .header("Accept", "text/html,*/*;q=0.8");
    }

    private static List<String> cookies(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie");
    }

    private static String cacheControl(HttpResponse<?> response) {
        return response.headers().firstValue("Cache-Control").orElse("");
    }

    @Test
    void runsOnTheBootOfTheBuild() {
        assertEquals(System.getProperty("epik.boot"), SpringBootVersion.getVersion());
    }

    @ParameterizedTest
    @CsvSource({"/shop/page, 200", "/shop/later, 200", "/missing, 404"})
    void capturesAndForbidsSharedCachesWithoutConfiguration(String path, int status) throws Exception {
        start(Shop.class);
        HttpResponse<String> landing = get(path + "?epik=abc");
        assertEquals(status, landing.statusCode());
        assertEquals(List.of("_epik=abc; Path=/; Max-Age=31536000; SameSite=Lax"), cookies(landing));
        assertTrue(cacheControl(landing).startsWith("private"), cacheControl(landing));
        assertEquals(List.of(), cookies(get(path)));
    }

    @Test
    void leavesTheBodyOfAFormUnread() throws Exception {
        start(Shop.class);
        String form = "epik=from-the-body&name=Z%C3%BCrich+%zz";
        HttpRequest post = request("/shop/form?epik=abc")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        byte[] echoed = BROWSER.send(post, BodyHandlers.ofByteArray()).body();
        assertEquals(form, new String(echoed, StandardCharsets.UTF_8));
    }

    @Test
    void propertiesAreTheFiltersSettings() throws Exception {
        start(Shop.class, "epik.filter.lifetime-days=30", "epik.filter.secure=always", "epik.filter.maxLength=4");
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=2592000; SameSite=Lax; Secure"), cookies(get("/shop/?epik=abc")));
        assertEquals(List.of(), cookies(get("/shop/?epik=abcde")));
    }

    @Test
    void invalidValueFailsTheStartWithTheFiltersMessage() {
        Exception exception = assertThrows(Exception.class, () -> start(Shop.class, "epik.filter.lifetime-days=401"));
        assertTrue(
                trace(exception).contains("The setting lifetime-days of the filter epik is \"401\""), trace(exception));
    }

    @Test
    void textInsteadOfANumberFailsTheStartWithTheNameOfTheProperty() {
        Exception exception =
                assertThrows(Exception.class, () -> start(Shop.class, "epik.filter.lifetime-days=a year"));
        assertTrue(trace(exception).contains("epik.filter.lifetime-days"), trace(exception));
        assertTrue(trace(exception).contains("a year"), trace(exception));
    }

    @Test
    void misspeltPropertyFailsTheStart() {
        Exception exception = assertThrows(Exception.class, () -> start(Shop.class, "epik.filter.cookie-domian=host"));
        assertTrue(trace(exception).contains("epik.filter.cookie-domian"), trace(exception));
    }

    private static String trace(Exception exception) {
        StringWriter text = new StringWriter();
        exception.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void consentDeciderBeanDecides() throws Exception {
        start(OwnConsent.class);
        assertEquals(List.of(), cookies(get("/shop/?epik=abc")));
    }

    @Test
    void registrationOfTheApplicationReplacesTheStarters() throws Exception {
        start(OwnRegistration.class, "epik.filter.lifetime-days=30");
        assertEquals(List.of("_epik=abc; Path=/; Max-Age=604800; SameSite=Lax"), cookies(get("/shop/?epik=abc")));
    }

    @Test
    void twoConsentDeciderBeansFailTheStart() {
        Exception exception = assertThrows(Exception.class, () -> start(TwoConsents.class));
        assertTrue(trace(exception).contains("banner") && trace(exception).contains("account"), trace(exception));
    }

    @Test
    void primaryConsentDeciderBeanDecides() throws Exception {
        start(TwoConsentsOfWhichOneDecides.class);
        assertEquals(1, cookies(get("/shop/?epik=abc")).size());
    }

    @ParameterizedTest
    @CsvSource({"/shop/page, 200", "/shop/later, 200", "/missing, 404", "/private/page, 302"})
    void filterBeanIsRegisteredLikeTheStartersOwn(String path, int status) throws Exception {
        start(OwnFilter.class, "epik.filter.lifetime-days=30");
        HttpResponse<String> landing = get(path + "?epik=abc");
        assertEquals(status, landing.statusCode());
        assertEquals(List.of("_epik=abc; Path=/; Max-Age=604800; SameSite=Lax"), cookies(landing));
        assertTrue(cacheControl(landing).startsWith("private"), cacheControl(landing));
    }

    @Test
    void leavesAFilterBeanWithARegistrationAlone() throws Exception {
        start(OwnFilterWithItsRegistration.class);
        assertEquals(1, cookies(get("/shop/?epik=abc")).size());
        assertEquals(List.of(), cookies(get("/elsewhere?epik=abc")));
    }

    @Test
    void allowsABeanNamedEpik() throws Exception {
        start(BeanNamedEpik.class);
        assertEquals(1, cookies(get("/shop/?epik=abc")).size());
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void warnsAReactiveApplicationUnlessTheFilterIsOff(boolean enabled, int warnings) {
        try (LogCapture log = LogCapture.of(EpikFilterAutoConfiguration.class)) {
            SpringApplication application = new SpringApplication(Reactive.class);
            application.setWebApplicationType(WebApplicationType.REACTIVE);
            shop = application.run(
                    "--server.port=0", "--spring.main.banner-mode=off", "--epik.filter.enabled=" + enabled);
            assertEquals(warnings, log.lines().size(), log.lines()::toString);
            assertTrue(
                    log.lines().stream().allMatch(line -> line.startsWith("WARNING") && line.contains("epik.min.js")));
        }
    }

    /** The container of a WAR has read the fragment before Spring Boot starts, and has a filter of that name. */
    @Test
    void appliesTheSettingsToTheFragmentsFilterInAWar(@TempDir Path folder) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", folder.toString());
        FilterDef fragments = new FilterDef();
        fragments.setFilterName("epik");
        fragments.setFilterClass(EpikFilter.class.getName());
        context.addFilterDef(fragments);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName("epik");
        everywhere.addURLPattern("/*");
        context.addFilterMap(everywhere);
        Tomcat.addServlet(context, "pages", new Pages()).addMapping("/");
        context.addServletContainerInitializer(
                (types, servlets) -> {
                    EpikFilterProperties properties =
                            new EpikFilterProperties(true, null, null, null, null, 30, null, null, null);
                    EpikRegistration registration = new EpikRegistration(properties.settings(), null);
                    registration.onStartup(servlets);
                    assertFalse(registration.runs(), "its counts would stay zero, so it gets no meters");
                },
                null);
        try {
            tomcat.start();
            URI landing = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/?epik=abc");
            HttpResponse<String> answer = BROWSER.send(
                    HttpRequest.newBuilder(landing)
                            .header("Accept", "text/html")
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(List.of("_epik=abc; Path=/; Max-Age=2592000; SameSite=Lax"), cookies(answer));
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    @Test
    void registersNothingWhenSwitchedOff() throws Exception {
        start(Shop.class, "epik.filter.enabled=false");
        assertEquals(List.of(), cookies(get("/shop/?epik=abc")));
    }
}
