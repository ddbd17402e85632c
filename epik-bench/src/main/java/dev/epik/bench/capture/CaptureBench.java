// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.capture;

import dev.epik.filter.EpikFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A page with and without a click, through the filter. {@code baseline} only recycles and fills the request and is
 * subtracted from the others. The floor is the least work that any filter must do: one search of the query, and for a
 * click one header.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CaptureBench {
    private static final String CLICK_ID =
            "dj0yJnU9Q2xpY2tJZE9mQVZpc2l0b3JXaG9DYW1lRnJvbUFuQWQmcD0wJm49YWFub3RoZXImdD1BQUFBQUdkX2RF";
    private static final String LINE = "; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax; Secure";
    private static final int COOKIES = 10;

    private final TomcatExchange page = new TomcatExchange(
            "utm_source=newsletter&utm_medium=email&utm_campaign=autumn&page=2", TomcatExchange.cookies(COOKIES));
    private final TomcatExchange landing = new TomcatExchange(
            "utm_source=pinterest&utm_medium=cpc&epik=" + CLICK_ID + "&page=2", TomcatExchange.cookies(COOKIES));
    private final Filter ours = EpikFilter.builder().build();
    private final Filter naive = new NaiveFilter();
    private FilterChain chain = (request, response) -> {};

    /** Checks that each filter stores the click, and sets no cookie without one. */
    @Setup
    public void sameAnswers(Blackhole hole) throws IOException, ServletException {
        chain = (request, response) -> hole.consume(request);
        floorClick();
        check("floorClick", landing, true);
        for (Filter filter : new Filter[] {ours, naive}) {
            landing.next();
            filter.doFilter(landing.request(), landing.response(), chain);
            check(filter.getClass().getSimpleName(), landing, true);
            page.next();
            filter.doFilter(page.request(), page.response(), chain);
            check(filter.getClass().getSimpleName(), page, false);
        }
    }

    private static void check(String way, TomcatExchange exchange, boolean click) {
        boolean set = exchange.response().getHeaders("Set-Cookie").stream()
                .anyMatch(line -> line.startsWith("_epik=" + CLICK_ID));
        if (set != click) {
            throw new IllegalStateException(way + (set ? " sets" : " does not set") + " the cookie");
        }
    }

    @Benchmark
    public TomcatExchange baseline() {
        page.next();
        return page;
    }

    @Benchmark
    public int floorNoClick() {
        page.next();
        return page.request().getQueryString().indexOf("epik=");
    }

    @Benchmark
    public void oursNoClick() throws IOException, ServletException {
        page.next();
        ours.doFilter(page.request(), page.response(), chain);
    }

    @Benchmark
    public void naiveNoClick() throws IOException, ServletException {
        page.next();
        naive.doFilter(page.request(), page.response(), chain);
    }

    @Benchmark
    public void floorClick() {
        landing.next();
        String query = landing.request().getQueryString();
        int from = query.indexOf("epik=") + "epik=".length();
        landing.response().addHeader("Set-Cookie", "_epik=" + query.substring(from, query.indexOf('&', from)) + LINE);
    }

    @Benchmark
    public void oursClick() throws IOException, ServletException {
        landing.next();
        ours.doFilter(landing.request(), landing.response(), chain);
    }

    @Benchmark
    public void naiveClick() throws IOException, ServletException {
        landing.next();
        naive.doFilter(landing.request(), landing.response(), chain);
    }
}
