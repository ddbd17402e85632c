// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of the caller, read once. Not thread-safe. */
public interface RowSource extends Closeable {
    /** Returns the form of the list that takes all columns of the source. */
    ListForm form();

    /** Returns the next row; null at the end. */
    @Nullable
    InputRow next() throws IOException;

    /** Returns the number of the line or row that was read last, from 1. */
    long line();
}
