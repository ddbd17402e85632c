// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.lists.CustomerCsv;
import dev.epik.ads.lists.InputRow;
import dev.epik.ads.lists.ListForm;
import dev.epik.ads.lists.RowSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a customer list, from a file or a stream. They are read once, one after the other, so memory does not
 * grow with them. Not thread-safe.
 */
public final class CustomerRows {
    /** Opens the source. */
    @FunctionalInterface
    private interface Opening {
        RowSource open() throws IOException;
    }

    private final Opening opening;

    private CustomerRows(Opening opening) {
        this.opening = opening;
    }

    /** Returns the rows of a CSV file in UTF-8, see {@link #csv(Path, Charset)}. */
    public static CustomerRows csv(Path file) {
        return csv(file, StandardCharsets.UTF_8);
    }

    /**
     * Returns the rows of a CSV file, separated by commas, semicolons or tabs. Its first line names the columns:
     * {@code email}, {@code phone}, {@code maid}, the same with {@code _sha256} for values that are hashed already,
     * {@code external_id}, {@code ip_address} and {@code user_agent}. Other columns are ignored. A file of emails only
     * needs no header.
     */
    public static CustomerRows csv(Path file, Charset charset) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(charset, "charset");
        return new CustomerRows(() -> {
            InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            try {
                return new CustomerCsv(in, charset);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        });
    }

    /** Returns rows of email addresses. The stream is closed after the last one. */
    public static CustomerRows emails(Stream<String> emails) {
        return new CustomerRows(() -> new StreamSource(
                ListForm.EMAILS,
                emails.map(email -> new InputRow.Builder().email(email).build())));
    }

    /** Returns rows of any fields, which need Pinterest's {@code records_v2} (API 5.28). The stream is closed. */
    public static CustomerRows of(Stream<CustomerRow> rows) {
        return new CustomerRows(() -> new StreamSource(ListForm.ROWS, rows.map(CustomerRow::input)));
    }

    RowSource open() throws IOException {
        return opening.open();
    }

    private static final class StreamSource implements RowSource {
        private final ListForm form;
        private final Stream<InputRow> rows;
        private final Iterator<InputRow> iterator;
        private long line;

        StreamSource(ListForm form, Stream<InputRow> rows) {
            this.form = form;
            this.rows = rows;
            this.iterator = rows.iterator();
        }

        @Override
        public ListForm form() {
            return form;
        }

        @Override
        public @Nullable InputRow next() {
            if (!iterator.hasNext()) {
                return null;
            }
            line++;
            return iterator.next();
        }

        @Override
        public long line() {
            return line;
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
