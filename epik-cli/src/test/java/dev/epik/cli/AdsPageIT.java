// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.FakeAds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the commands of {@code docs/ads.md} in one shell, from the token to the pause of everything. */
@Timeout(120)
class AdsPageIT extends CliTestCase {
    private static final Path ROOT =
            Path.of(System.getProperty("epik.root", "..")).toAbsolutePath();
    private static final Path DOCS = ROOT.resolve("epik-cli/src/test/docs");

    /** Stands for the command that the page calls {@code epik}: it adds the fake's address and logs the exit code. */
    private static final String EPIK = """
        epik() {
          "%s" -jar "%s" "$@" --api "%s" >>out 2>>err
          echo "$? epik $*" >>codes
        }
        """;

    @Test
    void commandsOfThePageRun() throws Exception {
        copyPlanFile();
        Files.writeString(folder.resolve("newsletter.csv"), "email\njane@shop.example\njoe@shop.example\n");
        Files.writeString(folder.resolve("opted-out.txt"), "joe@shop.example\n");
        Path script = Files.writeString(
                folder.resolve("walk.sh"),
                EPIK.formatted(ChildJvm.JAVA, ROOT.resolve("epik-cli/target/epik.jar"), pinterest.uri())
                        + Files.readString(DOCS.resolve("ads.sh")));

        run(script);

        FakeAds ads = pinterest.ads();
        assertEquals(
                List.of(
                        "0 epik ads export account.yaml",
                        "3 epik ads plan autumn.yaml --out plan.json",
                        "0 epik ads apply plan.json --yes",
                        "3 epik ads plan autumn.yaml",
                        "0 epik ads apply autumn.yaml --yes",
                        "0 epik ads audience sync newsletter.csv --suppress opted-out.txt",
                        "0 epik ads report --since 7d",
                        "0 epik ads pause --all"),
                Files.readAllLines(folder.resolve("codes")),
                () -> text("out") + text("err"));
        assertEquals("PAUSED", ads.campaigns().get(0).get("status"));
        assertEquals("ACTIVE", ads.ads().get(0).get("status"));
        assertEquals(3, ads.sentActive().size(), "campaign, ad group and ad");
        assertEquals(3, ads.audiences().size());
        assertTrue(text("out").contains("5 of 5 written.\nWhat was created is paused."), () -> text("out"));
        assertTrue(text("out").contains("\"Added to cart\""), () -> text("out"));
    }

    /** Copies the plan file with the dates of the next year, because a campaign cannot end in the past. */
    private void copyPlanFile() throws IOException {
        int year = LocalDate.now(ZoneOffset.UTC).getYear() + 1;
        String text = Files.readString(DOCS.resolve("autumn.yaml"));
        assertTrue(text.contains(" 2026-12-"), text);
        Files.writeString(folder.resolve("autumn.yaml"), text.replace(" 2026-12-", " " + year + "-12-"));
    }

    private void run(Path script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("shell").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("EPIK_") || name.startsWith("PINTEREST_"));
        Process process = builder.start();
        try (var input = process.outputWriter()) {
            input.write(TOKEN + "\n");
        }
        process.waitFor();
        assertEquals("", text("shell"));
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
