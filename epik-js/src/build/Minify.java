// SPDX-License-Identifier: Apache-2.0
import com.google.javascript.jscomp.CommandLineRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Minifies the scripts with the Closure compiler, all in one JVM, which starts and warms up once. The build runs this
 * class from its source. A warning of the compiler about types or names fails it.
 *
 * <p>Arguments: the folder of the scripts, the file of the externs, the folder of the minified files.
 */
final class Minify {
    private static final String WITHOUT_GLOBALS = "{%output%}";
    private static final String MODULE = "%output%export{epik,epik as default}";

    public static void main(String[] arguments) throws Exception {
        Path sources = Path.of(arguments[0]);
        Path externs = Path.of(arguments[1]);
        Path minified = Files.createDirectories(Path.of(arguments[2]));
        for (Script each : List.of(
                new Script("epik.min.js", WITHOUT_GLOBALS, List.of("epik.js", "global.js")),
                new Script("epik.esm.js", MODULE, List.of("epik.js")),
                Script.alone("epik.inline.js"),
                Script.alone("epik.consent.js"),
                Script.alone("epik.events.js"),
                Script.alone("epik.links.js"))) {
            int errors = new Run(each.arguments(sources, externs, minified)).errors();
            if (errors != 0) {
                System.exit(errors); // the compiler has printed them
            }
        }
    }

    /** A minified file, and the scripts it consists of. */
    private record Script(String name, String wrapper, List<String> sources) {
        static Script alone(String name) {
            return new Script(name, "", List.of(name));
        }

        List<String> arguments(Path sources, Path externs, Path minified) {
            List<String> all = new ArrayList<>(List.of(
                    "--compilation_level=SIMPLE",
                    "--emit_use_strict=false",
                    "--rewrite_polyfills=false",
                    "--warning_level=VERBOSE",
                    "--jscomp_error=checkTypes",
                    "--jscomp_error=undefinedVars",
                    "--language_in=ECMASCRIPT_2015",
                    "--language_out=ECMASCRIPT_2015",
                    "--externs=" + externs,
                    "--js_output_file=" + minified.resolve(name)));
            if (wrapper.equals(WITHOUT_GLOBALS)) {
                all.add("--assume_function_wrapper=true");
            }
            if (!wrapper.isEmpty()) {
                all.add("--output_wrapper=" + wrapper);
            }
            this.sources.forEach(each -> all.add("--js=" + sources.resolve(each)));
            return all;
        }
    }

    private static final class Run extends CommandLineRunner {
        private int errors;

        Run(List<String> arguments) {
            super(arguments.toArray(String[]::new));
            setExitCodeReceiver(code -> {
                errors = code;
                return null;
            });
        }

        int errors() {
            if (!shouldRunCompiler()) {
                return 1;
            }
            run();
            return errors;
        }
    }
}
