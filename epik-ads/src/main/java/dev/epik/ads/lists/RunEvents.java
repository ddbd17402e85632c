// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** Receives what happens in a run, in its thread. */
public interface RunEvents {
    /** Is called for each row that is invalid; the problem has no value of it. */
    void invalid(long line, String problem);

    /** Is called after some thousand rows were read. */
    void read(long rows);

    /** Is called after each request. */
    void sent(boolean isAdd, long rows, long of);
}
