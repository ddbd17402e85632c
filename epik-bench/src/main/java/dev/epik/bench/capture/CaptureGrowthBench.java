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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A page without a click, with more cookies and longer queries; {@code filled} is the same without the filter. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CaptureGrowthBench {
    /** The number of cookies, and the length of the query. */
    @Param({"1/50", "10/50", "50/50", "1/500", "1/2000"})
    public String request = "1/50";

    private final Filter filter = EpikFilter.builder().build();
    private FilterChain chain = (request, response) -> {};
    private TomcatExchange exchange = new TomcatExchange("", "");

    @Setup
    public void fill(Blackhole hole) {
        chain = (request, response) -> hole.consume(request);
        String[] sizes = request.split("/", 2);
        exchange = new TomcatExchange(
                "q=" + "a".repeat(Integer.parseInt(sizes[1]) - 2), TomcatExchange.cookies(Integer.parseInt(sizes[0])));
    }

    @Benchmark
    public TomcatExchange filled() {
        exchange.next();
        return exchange;
    }

    @Benchmark
    public void noClick() throws IOException, ServletException {
        exchange.next();
        filter.doFilter(exchange.request(), exchange.response(), chain);
    }
}
