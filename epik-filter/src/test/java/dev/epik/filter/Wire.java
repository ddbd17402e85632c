// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Raw HTTP/1.1 over a socket. */
final class Wire implements Visitor {
    private final int port;

    Wire(int port) {
        this.port = port;
    }

    @Override
    public Answer get(String target, String... headers) throws IOException {
        return send("GET", target, "", headers);
    }

    @Override
    public Answer send(String method, String target, String body, String... headers) throws IOException {
        List<String> lines = Visitor.complete(headers);
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        boolean chunked = lines.contains("Transfer-Encoding: chunked");
        if (!chunked && (content.length > 0 || method.equals("POST"))) {
            lines.add("Content-Length: " + content.length);
        }
        lines.add("Connection: close");
        String head = method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.UTF_8));
            out.write(content);
            out.flush();
            return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        List<String> head = List.of(text.substring(0, end).split("\r\n", -1));
        int status = Integer.parseInt(head.get(0).split(" ", -1)[1]);
        return new Answer(status, head.subList(1, head.size()), text.substring(end + 4));
    }
}
