// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows from CSV. Its first line names the columns; unknown ones are ignored. A file of one column that begins
 * with an email address needs no header. Not thread-safe.
 */
public final class CustomerCsv implements RowSource {
    private static final String IGNORED = "";

    /** The columns by the names that other systems use, in lower-case letters and digits only. */
    private static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("email", "email"),
            Map.entry("mail", "email"),
            Map.entry("emailaddress", "email"),
            Map.entry("emailsha256", "email_sha256"),
            Map.entry("hashedemail", "email_sha256"),
            Map.entry("phone", "phone"),
            Map.entry("phonenumber", "phone"),
            Map.entry("tel", "phone"),
            Map.entry("telephone", "phone"),
            Map.entry("mobile", "phone"),
            Map.entry("phonesha256", "phone_sha256"),
            Map.entry("hashedphonenumber", "phone_sha256"),
            Map.entry("maid", "maid"),
            Map.entry("idfa", "maid"),
            Map.entry("gaid", "maid"),
            Map.entry("maidsha256", "maid_sha256"),
            Map.entry("externalid", "external_id"),
            Map.entry("ipaddress", "ip_address"),
            Map.entry("ip", "ip_address"),
            Map.entry("useragent", "user_agent"));

    private static final Set<String> EMAIL_COLUMNS = Set.of("email", "email_sha256", IGNORED);

    private final CsvReader csv;
    private final List<String> columns;
    private CsvReader.@Nullable Line first;
    private long line;

    /** @throws ListException if the header has none of the columns, or one of them twice */
    public CustomerCsv(InputStream in, Charset charset) throws IOException {
        this.csv = new CsvReader(in, charset);
        CsvReader.Line header = csv.next();
        if (header == null) {
            throw new ListException("The file is empty: its first line must name the columns, such as email");
        }
        if (header.problem() != null) {
            throw new ListException("Line " + header.line() + " " + header.problem());
        }
        if (header.cells().size() == 1 && header.cells().get(0).contains("@")) {
            this.columns = List.of("email");
            this.first = header;
        } else {
            this.columns = columns(header);
        }
    }

    private static List<String> columns(CsvReader.Line header) {
        List<String> columns = new ArrayList<>();
        for (String cell : header.cells()) {
            String name = COLUMNS.getOrDefault(cell.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""), IGNORED);
            if (!name.isEmpty() && columns.contains(name)) {
                throw new ListException("Line " + header.line() + " has the column " + name + " twice: remove one");
            }
            columns.add(name);
        }
        if (columns.stream().allMatch(String::isEmpty)) {
            throw new ListException("Line " + header.line()
                    + " names no column of a customer list: name at least one of email, email_sha256,"
                    + " phone, phone_sha256, maid, maid_sha256, external_id");
        }
        return columns;
    }

    @Override
    public ListForm form() {
        return EMAIL_COLUMNS.containsAll(columns) ? ListForm.EMAILS : ListForm.ROWS;
    }

    @Override
    public @Nullable InputRow next() throws IOException {
        CsvReader.Line record = first;
        first = null;
        if (record == null) {
            record = csv.next();
        }
        if (record == null) {
            return null;
        }
        line = record.line();
        return record.problem() != null
                ? InputRow.invalid(Objects.requireNonNull(record.problem()))
                : row(record.cells());
    }

    private InputRow row(List<String> cells) {
        InputRow.Builder row = new InputRow.Builder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            if (i >= columns.size()) {
                return cell.isBlank()
                        ? row.build()
                        : InputRow.invalid(
                                "has more cells than the header has columns: put cells that contain the separator"
                                        + " in double quotes");
            }
            switch (columns.get(i)) {
                case "email" -> row.email(cell);
                case "email_sha256" -> row.emailSha256(cell);
                case "phone" -> row.phone(cell);
                case "phone_sha256" -> row.phoneSha256(cell);
                case "maid" -> row.maid(cell);
                case "maid_sha256" -> row.maidSha256(cell);
                case "external_id" -> row.externalId(cell);
                case "ip_address" -> row.ipAddress(cell);
                case "user_agent" -> row.userAgent(cell);
                default -> {}
            }
        }
        return row.build();
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
