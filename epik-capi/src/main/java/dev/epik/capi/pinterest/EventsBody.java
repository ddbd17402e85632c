// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch as Pinterest takes it. A thousand events are some megabytes: as one text and one array they would be humongous to G1, which begins a
 * collection of all the heap for such, and so they go in pieces that are not.
 */
final class EventsBody {
    /** Characters; the smallest region of G1's has 1 MB, and what takes half of it is humongous. */
    private static final int PIECE = 128 * 1024;

    private EventsBody() {}

    static BodyPublisher of(List<String> eventsJson) {
        List<BodyPublisher> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder("{\"data\":[");
        String between = "";
        for (String event : eventsJson) {
            piece.append(between).append(event);
            between = ",";
            if (piece.length() >= PIECE) {
                pieces.add(BodyPublishers.ofString(piece.toString()));
                piece.setLength(0);
            }
        }
        pieces.add(BodyPublishers.ofString(piece.append("]}").toString()));
        return BodyPublishers.concat(pieces.toArray(BodyPublisher[]::new));
    }
}
