// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Divides rows into the chunks of single requests, by number and by bytes. Not thread-safe. */
final class Chunks {
    /** Bytes of a request beside its rows: braces, the name of the list. */
    private static final int ENVELOPE_BYTES = 2_000;

    /** The quotes and the comma around a hash. */
    private static final int SEPARATOR_BYTES = 3;

    private final RowFile.Reader rows;
    private final RowCipher cipher;
    private final ListForm form;
    private final int maxRows;
    private final int maxBytes;
    private @Nullable SealedRow waiting;

    Chunks(RowFile.Reader rows, RowCipher cipher, ListForm form, RunSettings settings) throws IOException {
        this.rows = rows;
        this.cipher = cipher;
        this.form = form;
        this.maxRows = settings.maxChunkRows();
        this.maxBytes = settings.maxChunkBytes() - ENVELOPE_BYTES;
        this.waiting = rows.next();
    }

    /** Returns what is sent for the next rows; empty at the end. A row that is too large is alone in its chunk. */
    List<Object> next() throws IOException {
        List<Object> chunk = new ArrayList<>();
        long bytes = 0;
        while (waiting != null && chunk.size() < maxRows) {
            byte[] content = cipher.open(waiting);
            bytes += (form == ListForm.EMAILS ? 2L * content.length : content.length) + SEPARATOR_BYTES;
            if (bytes > maxBytes && !chunk.isEmpty()) {
                break;
            }
            chunk.add(InputRow.wire(form, content));
            waiting = rows.next();
        }
        return chunk;
    }
}
