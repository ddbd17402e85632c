// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.outbox.SqliteOutbox;
import java.nio.file.Path;

/** A process that has an outbox file open until its standard input ends. */
final class FileHolder {
    private FileHolder() {}

    public static void main(String[] arguments) throws Exception {
        SqliteOutbox outbox = SqliteOutbox.open(Path.of(arguments[0]));
        System.out.print('o');
        System.out.flush();
        while (System.in.read() >= 0) {
            // until it ends
        }
        outbox.close();
    }
}
