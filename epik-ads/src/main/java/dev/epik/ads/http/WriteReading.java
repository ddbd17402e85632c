// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.capi.pinterest.ApiCalls.Answer;
import dev.epik.capi.pinterest.ApiCalls.Ending;
import dev.epik.capi.pinterest.ApiCalls.NoAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the answer to a write means. Pinterest answers a list with status 200 even if it refuses every item:
 * each item then has {@code exceptions}, an array for campaigns and ad groups and an object for ads (OpenAPI 5.28).
 */
public final class WriteReading {
    private static final int REQUEST_TIMEOUT = 408;
    private static final int MAX_TEXT = 300;

    private WriteReading() {}

    /**
     * Returns one outcome for each item of a list.
     *
     * @param items how many were sent
     */
    public static List<WriteOutcome> ofList(Ending ending, int items) {
        WriteOutcome whole = whole(ending);
        if (whole != null) {
            return Collections.nCopies(items, whole);
        }
        Fields body = body((Answer) ending);
        List<Fields> answered = body.objects("items");
        if (answered.size() != items) {
            return Collections.nCopies(
                    items,
                    new WriteOutcome.Unclear(
                            "the answer has " + answered.size() + " items for " + items + " that were sent"));
        }
        List<WriteOutcome> outcomes = new ArrayList<>();
        for (Fields item : answered) {
            outcomes.add(ofItem(item, (Answer) ending));
        }
        return List.copyOf(outcomes);
    }

    /** Returns the outcome of a write of a single object, such as an audience. */
    public static WriteOutcome ofObject(Ending ending) {
        WriteOutcome whole = whole(ending);
        if (whole != null) {
            return whole;
        }
        Fields body = body((Answer) ending);
        if (hasExceptions(body)) {
            return refused(body, (Answer) ending);
        }
        return body.text("id").isPresent()
                ? new WriteOutcome.Written(body)
                : new WriteOutcome.Unclear("the answer has no id");
    }

    private static WriteOutcome ofItem(Fields item, Answer answer) {
        if (hasExceptions(item)) {
            return refused(item, answer);
        }
        Fields data = item.object("data");
        return data.text("id").isPresent()
                ? new WriteOutcome.Written(data)
                : new WriteOutcome.Unclear("the answer has neither an id nor an error");
    }

    /** Returns the outcome of the whole request; null if each item has its own. */
    private static @Nullable WriteOutcome whole(Ending ending) {
        if (ending instanceof NoAnswer none) {
            return none.mayHaveRun()
                    ? new WriteOutcome.Unclear(none.reason())
                    : new WriteOutcome.Refused(OptionalInt.empty(), "Nothing was sent. " + none.reason());
        }
        Answer answer = (Answer) ending;
        int status = answer.status();
        if (answer.isSuccess()) {
            return null;
        }
        if (status / 100 == 4 && status != REQUEST_TIMEOUT) {
            Fields error = body(answer);
            OptionalInt code = code(error);
            String text = error.text("message").orElse("HTTP " + status);
            return new WriteOutcome.Refused(code, ErrorCodes.withCure(status, code, shown(text, answer)));
        }
        return new WriteOutcome.Unclear("Pinterest answered HTTP " + status);
    }

    private static boolean hasExceptions(Fields item) {
        Object exceptions = item.json().get("exceptions");
        return exceptions instanceof List<?> list
                ? !list.isEmpty()
                : exceptions instanceof Map<?, ?> map && !map.isEmpty();
    }

    private static WriteOutcome.Refused refused(Fields item, Answer answer) {
        List<Fields> exceptions = item.objects("exceptions");
        Fields first = exceptions.isEmpty() ? Fields.NONE : exceptions.get(0);
        OptionalInt code = code(first);
        StringBuilder text = new StringBuilder();
        for (Fields exception : exceptions) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(exception.text("message").orElse("no text"));
        }
        return new WriteOutcome.Refused(code, ErrorCodes.withCure(0, code, shown(text.toString(), answer)));
    }

    private static OptionalInt code(Fields error) {
        long code = error.number("code").orElse(-1);
        return code >= 0 && code <= Integer.MAX_VALUE ? OptionalInt.of((int) code) : OptionalInt.empty();
    }

    /** Returns the JSON object of an answer; no fields if it is not one, such as a proxy's page. */
    static Fields body(Answer answer) {
        try {
            return Fields.of(Json.read(answer.body()));
        } catch (IOException e) {
            return Fields.NONE;
        }
    }

    /** Returns a text of Pinterest for a message: on one line, without tokens and addresses, and not too long. */
    private static String shown(String text, Answer answer) {
        String line = answer.redaction().apply(text).replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
    }
}
