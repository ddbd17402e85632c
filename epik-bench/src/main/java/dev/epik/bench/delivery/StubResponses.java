// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

/** The responses of Pinterest and of the other libraries' servers. */
final class StubResponses {
    static final String THROTTLED =
            response("429 Too Many Requests\r\nRetry-After: 2", "{\"code\":8,\"message\":\"Slow down\"}");
    static final String SOME_MISSING = response("504 Gateway Timeout", "some are missing");

    private static final String PROCESSED = "{\"status\":\"processed\"}";

    private StubResponses() {}

    static String to(String path, SaleIds sales) {
        if (path.startsWith("/v5/")) {
            return ok(pinterest(sales.events()));
        }
        if (path.startsWith("/v24.0/")) {
            return ok("{\"events_received\":" + sales.size() + ",\"messages\":[],\"fbtrace_id\":\"bench\"}");
        }
        return ok("{\"success\":true}");
    }

    static String ok(String body) {
        return response("200 OK", body);
    }

    private static String pinterest(int events) {
        StringBuilder body = new StringBuilder(100 + events * (PROCESSED.length() + 1));
        body.append("{\"num_events_received\":").append(events);
        body.append(",\"num_events_processed\":").append(events);
        body.append(",\"events\":[");
        for (int i = 0; i < events; i++) {
            body.append(i == 0 ? "" : ",").append(PROCESSED);
        }
        return body.append("]}").toString();
    }

    private static String response(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }
}
