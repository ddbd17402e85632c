// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** Receives what happens in a run, in its thread. */
public interface RunEvents {
    /** Receives each invalid row; the problem has no value of it. */
    void invalid(long line, String problem);

    /** Receives the number of rows that were read, now and then. */
    void read(long rows);

    /** Receives the number of rows that were sent, after each request. */
    void sent(boolean isAdd, long rows, long of);
}
