// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The people whose rows are left out of an import. */
class SuppressionListTest {
    private static final String JANE = "'email':'Jane@Shop.example'";
    private static final String HASH = "8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d";

    private static SuppressionList list(String text) throws IOException {
        return SuppressionList.read(new BufferedReader(new StringReader(text)), null);
    }

    private static RawEvent event(String user) {
        String json = "{'event_name':'checkout','event_id':'1','user':{" + user
                + ",'ip':'192.0.2.7','user_agent':'Mozilla/5.0'},'content_name':'\"em\":[x]'}";
        RawEvent event = RawEvent.ofJson(json.replace("\"", "\\\"").replace('\'', '"'));
        assertTrue(event.isValid(), event::toString);
        return event;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "jane@shop.example|'email':'Jane@Shop.example'",
                "\ufeff JANE@shop.example |'email':'Jane@Shop.example'",
                "jane@shop.example|'email':['other@shop.example','jane@shop.example']",
                "+1 (555) 010-9999|'phone':'15550109999'",
                HASH + "|'email_sha256':'" + HASH + "'",
                "8C87B489CE35CF2E2F39F80E282CB2E804932A56A213983EEEB428407D43B52D|'external_id_sha256':'" + HASH + "'",
                HASH + "|'maid_sha256':'" + HASH + "'",
            })
    void containsAPersonByAnyMatchKey(String line, String user) throws IOException {
        assertTrue(list("# opted out\n\n" + line + "\n").contains(event(user)));
    }

    @Test
    void leavesOthersIn() throws IOException {
        SuppressionList list = list("jane@shop.example\r\n+15550109999\r\n");
        assertTrue(list.contains(event(JANE)));
        assertFalse(list.contains(event("'email':'john@shop.example','phone':'15550108888'")));
        assertFalse(list("").contains(event(JANE)));
        assertFalse(SuppressionList.EMPTY.contains(event(JANE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"email", "jane", "Jane <jane@shop.example>", "jane@", "0", "8c87b489", "a@b,c@d", "jane@b;"})
    void refusesOtherLinesWithoutQuotingThem(String line) {
        String message = assertThrows(InvalidFileException.class, () -> list("jane@shop.example\n" + line))
                .getMessage();
        assertEquals(
                "Line 2 of --suppress is not an email, a phone number with its country code, or a SHA-256 of 64 hex"
                        + " digits: correct it. There is no header line",
                message);
    }

    @Test
    void containsAnErasedPersonByAKeyedHash() throws IOException {
        KeyedHash key = new KeyedHash(new byte[KeyedHash.KEY_BYTES]);
        ErasedPeople people = ErasedPeople.read(new BufferedReader(
                new StringReader("Jane@shop.example\nphone: +1 555 010 9999\nepik:dj0abc\norder:77\nexternal-id:c7")));
        SuppressionList empty = SuppressionList.read(new BufferedReader(new StringReader("")), key);
        List<String> lines = empty.missingLines(people.keyed());
        assertEquals(6, lines.size());
        assertTrue(lines.stream().noneMatch(line -> line.contains(HASH)), lines::toString);
        String text = String.join("\n", lines);
        SuppressionList list = SuppressionList.read(new BufferedReader(new StringReader(text)), key);
        assertEquals(List.of(), list.missingLines(people.keyed()));
        assertTrue(list.contains(event(JANE)));
        assertTrue(list.contains(event("'phone':'15550109999'")));
        assertTrue(list.contains(event("'external_id':'c7'")));
        assertTrue(list.contains(event("'click_id':'dj0abc'")));
        assertFalse(list.contains(event("'click_id':'dj0abcd','email':'john@shop.example'")));
        assertThrows(InvalidFileException.class, () -> list(text));
        KeyedHash other = new KeyedHash(new byte[] {1});
        assertThrows(
                InvalidFileException.class,
                () -> SuppressionList.read(new BufferedReader(new StringReader(text)), other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "jane", "email:jane", "phone:x", "order:", "name:Jane"})
    void refusesInputThatNamesNoPersonWithoutQuotingIt(String text) {
        InvalidFileException refused = assertThrows(
                InvalidFileException.class, () -> ErasedPeople.read(new BufferedReader(new StringReader(text))));
        assertFalse(
                String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT).contains("jane"));
    }

    @Test
    void refusesMorePeopleThanFitIntoMemory() {
        String lines = "order:1\n".repeat(100_001);

        InvalidFileException refused = assertThrows(
                InvalidFileException.class, () -> ErasedPeople.read(new BufferedReader(new StringReader(lines))));
        assertTrue(String.valueOf(refused.getMessage()).contains("in parts"), refused::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mailto:jane@shop.example",
                "e-mail:jane@shop.example",
                "\"jane@shop.example\"",
                "'jane@shop.example'",
                "<jane@shop.example>",
                "jane@shop.example,",
                "email:jane@shop.example;",
                "ja\ufffdne@shop.example",
                "order:ja\ufffdne",
                "j\0a\0n\0e\0@\0s",
            })
    void refusesAnAddressWithTextAroundItAndOtherEncodingsWithoutQuotingThem(String line) {
        InvalidFileException refused = assertThrows(
                InvalidFileException.class,
                () -> ErasedPeople.read(new BufferedReader(new StringReader("john@shop.example\n" + line))));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("Line 2 of standard input is "), message);
        assertFalse(message.contains("shop"), message);
    }

    @Test
    void takesAnAddressWithAnApostropheAndEachOnce() throws IOException {
        String text = "o'brien@shop.example\njane+tag@shop.example\no'brien@shop.example\n";
        assertEquals(
                List.of("o'brien@shop.example", "jane+tag@shop.example"),
                ErasedPeople.read(new BufferedReader(new StringReader(text))).emails());
    }

    @Test
    void refusesAListThatIsCutOff() throws IOException {
        KeyedHash key = new KeyedHash(new byte[KeyedHash.KEY_BYTES]);
        ErasedPeople jane = ErasedPeople.read(new BufferedReader(new StringReader("jane@shop.example")));
        SuppressionList empty = SuppressionList.read(new BufferedReader(new StringReader("")), key);
        String text = String.join("\n", empty.missingLines(jane.keyed()));
        for (String part : List.of(text.substring(0, text.length() - 1), text.substring(text.indexOf('\n') + 1))) {
            assertThrows(
                    InvalidFileException.class,
                    () -> SuppressionList.read(new BufferedReader(new StringReader(part)), key),
                    part);
        }
    }
}
