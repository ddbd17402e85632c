// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.script;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import dev.epik.bench.Bench;
import dev.epik.bench.Measured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Measures the size of our script beside js-cookie, which only handles cookies, and Meta's browser builder. */
public final class ScriptBench {
    private static final NpmPackage JS_COOKIE = new NpmPackage("js-cookie", "3.0.8");
    private static final NpmPackage META_BUILDER = new NpmPackage("meta-capi-param-builder-clientjs", "1.3.1");

    private ScriptBench() {}

    /** Measures all scripts; the short form is the same, because it is fast. */
    public static List<Measured> run(boolean isShort) throws IOException, InterruptedException {
        List<Measured> measured = new ArrayList<>(weighed("ours", ours("epik.min.js")));
        try {
            measured.addAll(weighed("oursInline", ours("epik.inline.js")));
        } catch (IOException e) {
            System.err.println("ScriptBench: our inline script is missing: " + e.getMessage());
        }
        try {
            measured.addAll(weighed("jsCookie", JS_COOKIE.file("dist/js.cookie.min.js")));
            measured.addAll(weighed("metaBuilder", META_BUILDER.file("dist/clientParamBuilder.bundle.js")));
        } catch (IOException e) {
            System.err.println("ScriptBench: only our scripts are measured: " + e.getMessage());
        }
        return measured;
    }

    /**
     * Returns a script from the jar, otherwise from the build, because the inline script is only in the npm package.
     */
    private static byte[] ours(String name) throws IOException {
        try (InputStream resource = ScriptBench.class.getResourceAsStream("/META-INF/resources/" + name)) {
            if (resource != null) {
                return resource.readAllBytes();
            }
        }
        Path built = Bench.target().resolve("../../epik-js/target/minified").resolve(name);
        return Files.readAllBytes(built.normalize());
    }

    private static List<Measured> weighed(String way, byte[] script) throws IOException {
        List<Measured> measured = new ArrayList<>();
        measured.add(figure(way, "bytes", script.length));
        measured.add(figure(way, "gzip bytes", gzip(script)));
        if (Brotli4jLoader.isAvailable()) {
            int brotli = Encoder.compress(script, new Encoder.Parameters().setQuality(11)).length;
            measured.add(figure(way, "brotli bytes", brotli));
        }
        return measured;
    }

    private static Measured figure(String way, String figure, double bytes) {
        return new Measured("ScriptBench", way, figure, List.of(bytes));
    }

    private static int gzip(byte[] script) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream best = new BestGzip(zipped)) {
            best.write(script);
        }
        return zipped.size();
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
