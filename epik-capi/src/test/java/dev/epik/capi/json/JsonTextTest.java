// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    private static final ObjectMapper JACKSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Test
    void escapesAsJacksonDoes() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String value = text(random);
            String expected = "{\"a\":" + JACKSON.writeValueAsString(value) + ",\"b\":["
                    + JACKSON.writeValueAsString(value) + "]}";
            JsonText json = JsonText.begin();
            json.text("a", value);
            json.beginArray("b");
            json.element(value);
            json.endArray();
            assertEquals(expected, json.end());
        }
    }

    /** Whole characters of all planes, those of ASCII and its controls the most. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder("x");
        int length = random.nextInt(40);
        while (text.length() < length) {
            int[] bounds = {0x20, 0x80, 0x100, 0x3000, 0x11_0000};
            int c = random.nextInt(bounds[random.nextInt(bounds.length)]);
            if (c < 0xD800 || c > 0xDFFF) {
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    @Test
    void halfOfACharacterBecomesAQuestionMark() {
        JsonText json = JsonText.begin();
        json.text("a", "x\uD83D");
        json.text("b", "\uDE00x");
        assertEquals("{\"a\":\"x?\",\"b\":\"?x\"}", json.end());
    }

    @Test
    void numbersOfAnyLength() {
        for (long number = 1; number > 0; number *= 7) {
            JsonText json = JsonText.begin();
            json.number("n", number);
            json.number("m", -number);
            json.number("o", number - 1);
            assertEquals("{\"n\":" + number + ",\"m\":" + -number + ",\"o\":" + (number - 1) + "}", json.end());
        }
    }

    @Test
    void whatIsEmptyIsNotThere() {
        JsonText json = JsonText.begin();
        json.text("a", "");
        json.text("b", null);
        assertEquals("{}", json.end());
    }

    @Test
    void anObjectInWhichNothingStandsIsTakenBack() {
        JsonText json = JsonText.begin();
        int begin = json.place();
        json.beginObject("a");
        json.endObjectOrNothing(begin);
        json.number("b", 1);
        int second = json.place();
        json.beginObject("c");
        json.endObjectOrNothing(second);
        int third = json.place();
        json.beginObject("d");
        json.text("e", "東");
        json.endObjectOrNothing(third);
        assertEquals("{\"b\":1,\"d\":{\"e\":\"\\u6771\"}}", json.end());
    }

    @Test
    void aLongTextDoesNotMeetTheNextOne() {
        JsonText first = JsonText.begin();
        first.text("a", "\n".repeat(100_000));
        assertEquals(200_008, first.end().length());
        JsonText second = JsonText.begin();
        second.plain("a", "b");
        assertEquals("{\"a\":\"b\"}", second.end());
    }
}
