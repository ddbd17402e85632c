// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds the sale ids in a request body of any format, and counts the events that Pinterest would see. */
final class SaleIds {
    private static final byte[] MARK = "sale-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAME = "\"event_name\"".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 8;

    private int[] numbers = new int[1024];
    private int size;
    private int events;

    private SaleIds() {}

    /** Finds the ids in a body. A repeated id that follows itself belongs to the same event. */
    static SaleIds in(byte[] body, int length) {
        SaleIds found = new SaleIds();
        for (int at = 0; at < length; at++) {
            byte each = body[at];
            if (each == 's' && isAt(MARK, body, at, length)) {
                found.add(number(body, at + MARK.length, length));
            } else if (each == '"' && isAt(NAME, body, at, length)) {
                found.events++;
            }
        }
        return found;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return numbers[index];
    }

    int events() {
        return events;
    }

    private void add(int number) {
        if (number < 0 || (size > 0 && numbers[size - 1] == number)) {
            return;
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size++] = number;
    }

    private static boolean isAt(byte[] wanted, byte[] body, int at, int length) {
        return at + wanted.length <= length && Arrays.equals(wanted, 0, wanted.length, body, at, at + wanted.length);
    }

    private static int number(byte[] body, int at, int length) {
        if (at + DIGITS > length) {
            return -1;
        }
        int number = 0;
        for (int i = at; i < at + DIGITS; i++) {
            if (body[i] < '0' || body[i] > '9') {
                return -1;
            }
            number = number * 10 + body[i] - '0';
        }
        return number;
    }
}
