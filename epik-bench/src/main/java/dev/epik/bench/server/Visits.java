// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests as browsers send them: pages without a click, and one landing with a click in 50. */
final class Visits {
    static final int ONE_CLICK_IN = 50;

    private Visits() {}

    /** Returns {@code count} different requests; the first of each 50 has a click. */
    static List<byte[]> of(int count) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(i % ONE_CLICK_IN == 0 ? landing(i) : page(i));
        }
        return requests;
    }

    static String clickId(int visitor) {
        return "dj0yJnU9Q2xpY2tJZE9mQVZpc2l0b3Imbj1BbkFkJm09MyZ0PUFBQUFBR2RfMDAw" + (100_000 + visitor);
    }

    static byte[] landing(int visitor) {
        String target = "/lamps/" + visitor + "?utm_source=pinterest&utm_medium=cpc&epik=" + clickId(visitor);
        return request(target, visitor, "cross-site", "https://www.pinterest.com/");
    }

    static byte[] page(int visitor) {
        String query = visitor % 3 == 0 ? "" : "?color=white&size=" + visitor % 7 + "&sort=price&page=" + visitor % 5;
        return request("/lamps/" + visitor + query, visitor, "same-origin", "https://shop.example/lamps");
    }

    private static byte[] request(String target, int visitor, String site, String referrer) {
        String text = "GET " + target + " HTTP/1.1\r\n"
                + "Host: shop.example\r\n"
                + "Connection: keep-alive\r\n"
                + "sec-ch-ua: \"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\"\r\n"
                + "sec-ch-ua-mobile: ?0\r\n"
                + "sec-ch-ua-platform: \"Windows\"\r\n"
                + "Upgrade-Insecure-Requests: 1\r\n"
                + "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                + " Chrome/142.0.0.0 Safari/537.36\r\n"
                + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
                + "Sec-Fetch-Site: " + site + "\r\n"
                + "Sec-Fetch-Mode: navigate\r\n"
                + "Sec-Fetch-User: ?1\r\n"
                + "Sec-Fetch-Dest: document\r\n"
                + "Referer: " + referrer + "\r\n"
                + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
                + "Accept-Language: en-US,en;q=0.9\r\n"
                + "Cookie: " + cookies(visitor) + "\r\n"
                + "\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String cookies(int visitor) {
        return "JSESSIONID=node01f9k2m3x8w7q" + visitor + ".node0; cart=c-" + visitor
                + "; lang=en; currency=EUR; theme=light"
                + "; _ga=GA1.1.1203948576.17630" + (10_000 + visitor)
                + "; _ga_Q1W2E3R4T5=GS2.1.s1763000000$o1$g1$t1763000100$j60$l0$h0; _gid=GA1.1.998877665.1763000000"
                + "; _fbp=fb.1.1763000000000.5544332211; recently=lamp-12%2Clamp-7%2Cchair-3";
    }
}
