// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.pinterest.DeletionApi;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks Pinterest to delete the conversions of people, by a conversion deletion request of one ad account. Pinterest
 * offers this as a beta, so an app needs access to it, and a token with {@code ads:write}. It deletes within 30 days
 * after it has submitted the request, which it does after 72 hours. Until then the request can be cancelled; another
 * text of Pinterest's documentation gives 7 days for that.
 *
 * <p><b>Personal data.</b> Pinterest demands plain email addresses. They are sent, and neither stored nor logged.
 *
 * <p><b>Threads.</b> Thread-safe. Each call waits for at most 30 s for each request that it sends. Holds nothing to
 * close.
 */
public final class ConversionDeletion {
    private final AdAccount account;
    private final URI baseUrl;

    private ConversionDeletion(AdAccount account, URI baseUrl) {
        this.account = Objects.requireNonNull(account, "account");
        this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
    }

    /**
     * Returns the deletion requests of an ad account. Its token may be another one than that by which events are sent.
     *
     * @param baseUrl {@link EpikClient#PRODUCTION}, or the address of a fake
     */
    public static ConversionDeletion of(AdAccount account, URI baseUrl) {
        return new ConversionDeletion(account, baseUrl);
    }

    /** The state of a request. */
    public enum Status {
        /** It waits, and can be cancelled. */
        PENDING,
        /** The deletion has begun. */
        SUBMITTED,
        CANCELLED,
        /** A state that this version does not know; see {@link Request#statusText}. */
        OTHER
    }

    /**
     * A request, as Pinterest describes it. Immutable.
     *
     * @param id up to 18 digits
     * @param statusText the state, as Pinterest spells it
     * @param created the date, as Pinterest writes it
     * @param processed the date on which the deletion began; empty before that
     */
    public record Request(String id, Status status, String statusText, String created, Optional<String> processed) {}

    /** The answer to a call. */
    public sealed interface Result {
        /** Pinterest answered. Immutable. */
        record Answered(List<Request> requests) implements Result {}

        /**
         * Pinterest refused, or did not answer.
         *
         * @param status the HTTP status; 0 if there was no answer
         * @param reason for people, with the cure; no address is in it
         * @param maybeDone whether Pinterest may have done it all the same: list the requests before another try
         */
        record Failed(int status, String reason, boolean maybeDone) implements Result {}
    }

    /**
     * Files a request.
     *
     * @param emails plain email addresses
     * @param clickIds values of the cookie {@code _epik}; at least one email or click id
     * @return one request, or the failure
     * @throws EpikException if both are empty, one of the texts is blank, or the address of the API or the ad account
     *     id is invalid
     */
    public Result file(Collection<String> emails, Collection<String> clickIds) throws InterruptedException {
        if (emails.isEmpty() && clickIds.isEmpty()) {
            throw new EpikException("A deletion request names no person: give an email address or a click id");
        }
        if (Stream.concat(emails.stream(), clickIds.stream()).anyMatch(String::isBlank)) {
            throw new EpikException("A deletion request has a blank email address or click id: leave it out");
        }
        try (DeletionApi api = api()) {
            return api.file(emails, clickIds);
        }
    }

    /** Returns the newest requests, at most {@code max}. */
    public Result list(int max) throws InterruptedException {
        try (DeletionApi api = api()) {
            return api.list(max);
        }
    }

    /**
     * Returns one request.
     *
     * @throws EpikException if the id is not 1 to 18 digits
     */
    public Result find(String requestId) throws InterruptedException {
        try (DeletionApi api = api()) {
            return api.find(requestId);
        }
    }

    /**
     * Cancels a request that is {@link Status#PENDING}, and returns it.
     *
     * @throws EpikException if the id is not 1 to 18 digits
     */
    public Result cancel(String requestId) throws InterruptedException {
        try (DeletionApi api = api()) {
            return api.cancel(requestId);
        }
    }

    private DeletionApi api() {
        return new DeletionApi(baseUrl, account);
    }
}
