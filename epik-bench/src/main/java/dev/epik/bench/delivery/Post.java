// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A POST with the JDK's HTTP client, as an application would write it. */
final class Post {
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    Post(URI address) {
        this.address = address;
    }

    /** Returns a client for Pinterest's events endpoint. */
    static Post toPinterest(URI stub) {
        return new Post(stub.resolve("/v5/ad_accounts/" + Ours.ACCOUNT + "/events"));
    }

    void json(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer token-of-the-bench")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        int status = status(request);
        if (status != OK) {
            throw new IOException("The stub responded " + status);
        }
    }

    /** Sends the request, and retries once: the JDK's client sometimes drops a pooled connection of a fast server. */
    private int status(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        } catch (IOException ignored) { // the connection was lost: retries once
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }
}
