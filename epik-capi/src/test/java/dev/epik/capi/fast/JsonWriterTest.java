// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    private static final ObjectMapper JACKSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Test
    void escapesLikeJackson() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String value = text(random);
            String expected = "{\"a\":" + JACKSON.writeValueAsString(value) + ",\"b\":["
                    + JACKSON.writeValueAsString(value) + "]}";
            JsonWriter json = JsonWriter.begin();
            json.writeString("a", value);
            json.beginArray("b");
            json.writeElement(value);
            json.endArray();
            assertEquals(expected, json.end());
        }
    }

    /** Returns characters of all planes, most of them ASCII and its control characters. */
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
    void writesAnUnpairedSurrogateAsAQuestionMark() {
        JsonWriter json = JsonWriter.begin();
        json.writeString("a", "x\uD83D");
        json.writeString("b", "\uDE00x");
        assertEquals("{\"a\":\"x?\",\"b\":\"?x\"}", json.end());
    }

    @Test
    void writesNumbersOfAnyLength() {
        for (long number = 1; number > 0; number *= 7) {
            JsonWriter json = JsonWriter.begin();
            json.writeNumber("n", number);
            json.writeNumber("m", -number);
            json.writeNumber("o", number - 1);
            assertEquals("{\"n\":" + number + ",\"m\":" + -number + ",\"o\":" + (number - 1) + "}", json.end());
        }
    }

    @Test
    void omitsNullAndEmptyStrings() {
        JsonWriter json = JsonWriter.begin();
        json.writeString("a", "");
        json.writeString("b", null);
        assertEquals("{}", json.end());
    }

    @Test
    void removesAnOptionalObjectThatIsEmpty() {
        JsonWriter json = JsonWriter.begin();
        int begin = json.position();
        json.beginObject("a");
        json.endOptionalObject(begin);
        json.writeNumber("b", 1);
        int second = json.position();
        json.beginObject("c");
        json.endOptionalObject(second);
        int third = json.position();
        json.beginObject("d");
        json.writeString("e", "東");
        json.endOptionalObject(third);
        assertEquals("{\"b\":1,\"d\":{\"e\":\"\\u6771\"}}", json.end());
    }

    @Test
    void leavesNothingOfALongTextToTheNextOne() {
        JsonWriter first = JsonWriter.begin();
        first.writeString("a", "\n".repeat(100_000));
        assertEquals(200_008, first.end().length());
        JsonWriter second = JsonWriter.begin();
        second.writeAscii("a", "b");
        assertEquals("{\"a\":\"b\"}", second.end());
    }
}
