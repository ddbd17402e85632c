// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/**
 * The request body of a batch. A thousand events have several megabytes. A string and an array of that size would be
 * humongous objects for G1, which starts a collection of the whole heap for them. Therefore the body consists of
 * smaller pieces. Pure functions.
 */
final class EventsBody {
    /**
     * The size of a piece in characters. A region of G1 has at least 1 MB, and an object of half a region is humongous.
     */
    private static final int PIECE_LENGTH = 128 * 1024;

    private EventsBody() {}

    static BodyPublisher of(List<String> eventsJson) {
        List<BodyPublisher> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder("{\"data\":[");
        String between = "";
        for (String event : eventsJson) {
            piece.append(between).append(event);
            between = ",";
            if (piece.length() >= PIECE_LENGTH) {
                pieces.add(BodyPublishers.ofString(piece.toString()));
                piece.setLength(0);
            }
        }
        pieces.add(BodyPublishers.ofString(piece.append("]}").toString()));
        return BodyPublishers.concat(pieces.toArray(BodyPublisher[]::new));
    }
}
