// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.capture;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardContext;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.Rfc6265CookieProcessor;

/**
 * A request and response of Tomcat's own classes, recycled and filled with bytes as its connector does for each request
 * on a keep-alive connection.
 */
final class TomcatExchange {
    private final byte[] method = bytes("GET");
    private final byte[] uri = bytes("/products/blue-shoes");
    private final byte[] query;
    private final List<byte[][]> headers = new ArrayList<>();

    private final org.apache.coyote.Request coyoteRequest = new org.apache.coyote.Request();
    private final org.apache.coyote.Response coyoteResponse = new org.apache.coyote.Response();
    private final StandardContext context = new StandardContext();
    private final Request request;
    private final Response response;

    /** @param cookies the cookie header; empty: none */
    TomcatExchange(String query, String cookies) {
        this.query = bytes(query);
        header("Host", "www.shop.example");
        header("Connection", "keep-alive");
        header("sec-ch-ua", "\"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\"");
        header("sec-ch-ua-mobile", "?0");
        header("Upgrade-Insecure-Requests", "1");
        header(
                "User-Agent",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
                        + " Safari/537.36");
        header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8");
        header("Sec-Fetch-Site", "cross-site");
        header("Sec-Fetch-Mode", "navigate");
        header("Sec-Fetch-User", "?1");
        header("Sec-Fetch-Dest", "document");
        header("Accept-Encoding", "gzip, deflate, br, zstd");
        header("Accept-Language", "en-GB,en;q=0.9,de;q=0.8");
        if (!cookies.isEmpty()) {
            header("Cookie", cookies);
        }
        coyoteRequest.setResponse(coyoteResponse);
        Connector connector = new Connector();
        connector.setParseBodyMethods("POST"); // as Connector.start() does
        context.setCookieProcessor(new Rfc6265CookieProcessor());
        request = new Request(connector, coyoteRequest);
        response = new Response(coyoteResponse);
        request.setResponse(response);
        response.setRequest(request);
    }

    /** Returns typical cookies of a shop's visitor. */
    static String cookies(int number) {
        StringBuilder cookies = new StringBuilder("JSESSIONID=8F3A0B5C6D7E8F90A1B2C3D4E5F60718");
        for (int i = 1; i < number; i++) {
            cookies.append("; _ga_")
                    .append(1000 + i)
                    .append("=GS1.1.1732440000.")
                    .append(i)
                    .append(".1.1732440099");
        }
        return cookies.toString();
    }

    private void header(String name, String value) {
        headers.add(new byte[][] {bytes(name), bytes(value)});
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Recycles the request and fills it with the next one, as the connector does. */
    void next() {
        request.recycle();
        response.recycle();
        coyoteRequest.recycle();
        coyoteResponse.recycle();
        coyoteRequest.setMethod(method, 0, method.length);
        set(coyoteRequest.requestURI(), uri);
        set(coyoteRequest.decodedURI(), uri);
        set(coyoteRequest.queryString(), query);
        coyoteRequest.scheme().setString("https");
        for (int i = 0; i < headers.size(); i++) {
            byte[][] header = headers.get(i);
            MessageBytes value = coyoteRequest.getMimeHeaders().addValue(header[0], 0, header[0].length);
            set(value, header[1]);
        }
        request.setSecure(true); // as the connector does for https
        request.getMappingData().context = context;
    }

    private static void set(MessageBytes target, byte[] bytes) {
        target.setBytes(bytes, 0, bytes.length);
    }

    HttpServletRequest request() {
        return request.getRequest();
    }

    HttpServletResponse response() {
        return response.getResponse();
    }
}
