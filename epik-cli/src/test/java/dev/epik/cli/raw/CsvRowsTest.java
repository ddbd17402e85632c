// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowsTest {
    private static final String SHA_OF_JOERG = "12c433a0914cf916178d99b922892cd3280438b675c139c3807325e8faee48e8";
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private static Rows open(byte[] file, String name, Charset charset, String... ignored) throws IOException {
        return Rows.open(
                new ByteArrayInputStream(file),
                name,
                new Rows.Format(charset, Set.of(ignored), Map.of("action_source", "offline"), Map.of(), Set.of()));
    }

    /** Returns for each row its line number, and its JSON or its error. */
    private static List<String> read(byte[] file, String name, Charset charset, String... ignored) throws IOException {
        List<String> read = new ArrayList<>();
        try (Rows rows = open(file, name, charset, ignored)) {
            for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
                String refused = raw.problems().stream()
                        .filter(Problem::isError)
                        .map(problem -> " " + problem.field() + " " + problem.message())
                        .reduce("", String::concat);
                read.add(rows.line() + ":" + (raw.isValid() ? raw.event().json() : refused));
            }
        }
        return read;
    }

    private static List<String> read(String file, String... ignored) throws IOException {
        return read(file.getBytes(StandardCharsets.UTF_8), "rows.csv", StandardCharsets.UTF_8, ignored);
    }

    private static String refusal(String file, String... ignored) {
        return String.valueOf(assertThrows(InvalidFileException.class, () -> read(file, ignored))
                .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "amount|amount (did you mean value?)",
                "curency|curency (did you mean currency?)",
                "user.phon|user.phon (did you mean user.phone?)",
                "e-mail2|e-mail2 (did you mean email?)",
                "Date|Date (did you mean event_time?)",
                "user.value|user.value",
                "note|note",
                "jane@shop.example|(column 4)",
            })
    void unknownColumnsAreErrorsWithASuggestion(String column, String named) {
        String message = refusal("event_name,event_id,email," + column + "\ncheckout,1,a@shop.example,x\n");
        assertTrue(message.startsWith("The header has unknown columns: " + named + ". Correct"), message);
        assertTrue(message.contains("--ignore-columns "), message);
    }

    @Test
    void ignoresColumnsInAnyCase() throws IOException {
        List<String> rows = read("event_name,event_id,email,Note\ncheckout,1,a@shop.example,x\n", "note");
        assertEquals(1, rows.size());
        assertTrue(rows.get(0).contains("\"event_id\":\"1\""), rows::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b|c\n1|2|3\n", "jane@shop.example,+15550109999\n", "\u0000", "x"})
    void headerWithoutAKnownColumnNamesTheSeparatorsAndQuotesNothing(String file) {
        String message = refusal(file);
        assertTrue(
                message.startsWith("The header has no known column. It must be the first line, separated by"), message);
        assertTrue(message.contains("event_name,event_time,"), message);
    }

    @Test
    void otherInvalidHeadersAreErrors() {
        assertTrue(refusal("event_id,email\n1,a@shop.example\n").contains("no column event_name"));
        assertTrue(refusal("event_name,email,user.email\n").contains("the column email twice"));
        assertTrue(refusal("").contains("The file is empty"));
        assertTrue(refusal("event_name,\"email").contains("a quote is not closed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void detectsTheSeparatorAndNamesInAnyCase(String separator) throws IOException {
        String file = "\ufeffEvent_Name,\"User.Email\",event_id,value,,\ncheckout,a@shop.example,1,3.00\n"
                .replace(",", separator);
        List<String> rows = read(file);
        assertEquals(1, rows.size());
        assertTrue(rows.get(0).contains("\"value\":\"3.00\""), rows::toString);
        assertTrue(rows.get(0).contains("\"action_source\":\"offline\""), rows::toString);
    }

    @Test
    void decimalCommaErrorNamesTheRightForm() throws IOException {
        assertTrue(read("event_name;event_id;email;value\ncheckout;1;a@shop.example;3,00\n")
                .get(0)
                .contains("value has a comma: write 1072.39 instead of 1.072,39"));
        assertTrue(
                read("event_name,event_id,email,value\ncheckout,1,a@shop.example,3,00\n")
                        .get(0)
                        .contains(
                                "put cells that contain the separator (a comma) in double quotes, and write 3.00 instead of 3,00"));
    }

    @Test
    void lineNumbersAreThoseOfTheFile() throws IOException {
        String file = """
                event_name,event_id,email,content_name

                checkout,1,a@shop.example,"two
                lines"
                lead,2,b@shop.example,

                checkout,3,"c@shop.example,
                """;
        List<String> rows = read(file.replace("\n", "\r\n"));
        assertEquals(
                List.of("3", "5", "7"),
                rows.stream().map(row -> row.substring(0, 1)).toList());
        assertTrue(rows.get(2).contains("a quote is not closed"), rows::toString);
    }

    @Test
    void readingEndsAtAnUnclosedQuote() throws IOException {
        String file = "event_name,event_id,email\n\"checkout\"x\nlead,2,a@shop.example\n";
        List<String> rows = read(file);
        assertEquals(1, rows.size(), rows::toString);
        assertTrue(rows.get(0).startsWith("2:  is not valid CSV"), rows::toString);
        assertTrue(rows.get(0).endsWith("The rest of the file was not read"), rows::toString);
    }

    @Test
    void rowsThatAreNotUtf8AreErrorsAndReadableWithTheirCharset() throws IOException {
        byte[] file =
                "event_name,event_id,email,first_name\ncheckout,1,a@shop.example,J\u00f6rg\ncheckout,2,b@shop.example,Jane\n"
                        .getBytes(WINDOWS);
        List<String> refused = read(file, "rows.csv", StandardCharsets.UTF_8);
        assertTrue(refused.get(0).contains("is not UTF-8: save the file in that encoding, or"), refused::toString);
        assertTrue(refused.get(0).contains("--charset windows-1252"), refused::toString);
        assertTrue(refused.get(1).contains("\"event_id\":\"2\""), refused::toString);
        assertTrue(read(file, "rows.csv", WINDOWS).get(0).contains(SHA_OF_JOERG));
        byte[] json =
                "{\"event_name\":\"checkout\",\"event_id\":\"1\",\"user\":{\"email\":\"a@b.example\",\"first_name\":\"J\u00f6rg\"}}"
                        .getBytes(WINDOWS);
        assertTrue(read(json, "rows", WINDOWS).get(0).contains(SHA_OF_JOERG));
    }

    @Test
    void headerThatIsNotUtf8IsAnError() {
        byte[] utf16 = "event_name,event_id\n".getBytes(StandardCharsets.UTF_16);
        assertTrue(String.valueOf(
                        assertThrows(InvalidFileException.class, () -> read(utf16, "rows.csv", StandardCharsets.UTF_8))
                                .getMessage())
                .startsWith("The header is not UTF-8"));
    }

    @Test
    void detectsCsvByFileExtensionOrFirstLine() throws IOException {
        byte[] csv = "Event_name,event_id,email\ncheckout,1,a@shop.example\n".getBytes(StandardCharsets.UTF_8);
        for (String name : List.of("-", "till.txt", "till.CSV", "till.tsv")) {
            assertTrue(read(csv, name, StandardCharsets.UTF_8).get(0).contains("\"event_id\":\"1\""), name);
        }
        byte[] json = "\"event_name\":\"checkout\"}\n".getBytes(StandardCharsets.UTF_8);
        assertTrue(read(json, "-", StandardCharsets.UTF_8).get(0).contains("is not a JSON object"));
        byte[] pipes = "a|b\n".getBytes(StandardCharsets.UTF_8);
        assertTrue(read(pipes, "till.txt", StandardCharsets.UTF_8)
                .get(0)
                .contains("the name of a CSV file must end in .csv"));
    }
}
