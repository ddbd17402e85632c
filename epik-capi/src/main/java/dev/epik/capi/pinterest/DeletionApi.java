// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.AdAccount;
import dev.epik.capi.ConversionDeletion.Request;
import dev.epik.capi.ConversionDeletion.Result;
import dev.epik.capi.ConversionDeletion.Status;
import dev.epik.capi.EpikException;
import dev.epik.capi.json.JacksonFactory;
import dev.epik.capi.pinterest.ApiCalls.Answer;
import dev.epik.capi.pinterest.ApiCalls.Ending;
import dev.epik.capi.pinterest.ApiCalls.NoAnswer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Files, reads and cancels conversion deletion requests: {@code /v5/ad_accounts/{id}/conversion_deletion_requests}.
 * {@link DeletionReading} decides what an answer means. Thread-safe.
 */
public final class DeletionApi implements AutoCloseable {
    private static final JsonFactory JSON = JacksonFactory.builder().build();
    private static final int MAX_PAGE_SIZE = 250;
    private static final int NO_CONTENT = 204;

    private final AdAccount account;
    private final ApiCalls calls;

    /** @throws EpikException if the root is neither https nor a loopback address, or the ad account id is invalid */
    public DeletionApi(URI root, AdAccount account) {
        if (!AdAccountId.isValid(account.id())) {
            throw new EpikException("The ad account id is invalid: it has 1 to 18 digits");
        }
        this.account = account;
        this.calls = new ApiCalls(root, null);
    }

    public Result file(Collection<String> emails, Collection<String> clickIds) throws InterruptedException {
        UnaryOperator<String> masked = text -> {
            String rest = text;
            for (String email : emails) {
                rest = rest.replace(email, "[email address]");
            }
            for (String clickId : clickIds) {
                rest = rest.replace(clickId, "[click id]");
            }
            return rest;
        };
        return result(call("POST", "", body(emails, clickIds), masked));
    }

    public Result find(String requestId) throws InterruptedException {
        return result(call("GET", "/" + checked(requestId), null, text -> text));
    }

    public Result cancel(String requestId) throws InterruptedException {
        Call call = call("DELETE", "/" + checked(requestId), null, text -> text);
        return call.status == NO_CONTENT
                ? new Result.Answered(List.of(
                        new Request(requestId, Status.CANCELLED, Status.CANCELLED.name(), "", Optional.empty())))
                : result(call);
    }

    public Result list(int max) throws InterruptedException {
        List<Request> all = new ArrayList<>();
        String bookmark = "";
        do {
            int size = Math.min(MAX_PAGE_SIZE, max - all.size());
            String next = bookmark.isEmpty() ? "" : "&bookmark=" + URLEncoder.encode(bookmark, StandardCharsets.UTF_8);
            Call call = call("GET", "?order=DESCENDING&page_size=" + size + next, null, text -> text);
            Optional<DeletionReading.Page> page = DeletionReading.page(call.body);
            if (call.failed != null || page.isEmpty()) {
                return result(call);
            }
            all.addAll(page.get().requests());
            bookmark = page.get().requests().isEmpty() ? "" : page.get().bookmark();
        } while (!bookmark.isEmpty() && all.size() < max);
        return new Result.Answered(List.copyOf(all.subList(0, Math.min(max, all.size()))));
    }

    @Override
    public void close() {
        calls.close();
    }

    /** One answer: the body of a 2xx, or the failure. */
    private record Call(int status, String body, Result.@Nullable Failed failed) {
        static Call failed(Result.Failed failed) {
            return new Call(failed.status(), "", failed);
        }
    }

    private static Result result(Call call) {
        if (call.failed != null) {
            return call.failed;
        }
        Optional<DeletionReading.Page> page =
                DeletionReading.page(call.body).filter(read -> !read.requests().isEmpty());
        return page.isPresent() ? new Result.Answered(page.get().requests()) : DeletionReading.unreadable(call.status);
    }

    private Call call(String method, String path, @Nullable String body, UnaryOperator<String> masked)
            throws InterruptedException {
        Ending ending = calls.call(
                account.tokens(),
                method,
                "/ad_accounts/" + account.id() + "/conversion_deletion_requests" + path,
                body);
        if (ending instanceof NoAnswer none) {
            return Call.failed(new Result.Failed(0, none.reason() + ".", none.mayHaveRun()));
        }
        Answer answer = (Answer) ending;
        return answer.isSuccess()
                ? new Call(answer.status(), answer.body(), null)
                : Call.failed(DeletionReading.failed(
                        answer.status(),
                        answer.body(),
                        text -> answer.redaction().apply(masked.apply(text))));
    }

    private static String checked(String requestId) {
        if (!AdAccountId.isValid(requestId)) {
            throw new EpikException("The id of the deletion request is invalid: it has 1 to 18 digits");
        }
        return requestId;
    }

    private static String body(Collection<String> emails, Collection<String> clickIds) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("deletion_targets");
            writeList(json, "user_emails", emails);
            writeList(json, "epiks", clickIds);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: it writes to memory
        }
        return text.toString();
    }

    private static void writeList(JsonGenerator json, String name, Collection<String> texts) throws IOException {
        if (!texts.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }
}
