// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.AdsReport.Accepted;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.capi.DeliveryListener;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.file.PrivateFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Appends the checkouts that Pinterest accepted to a file, and reads such files. Thread-safe. */
final class AcceptedCheckouts implements DeliveryListener {
    private static final String HEAD = "day,events,value,currency";
    private static final Pattern LINE = Pattern.compile(
            "([0-9]{4}-[0-9]{2}-[0-9]{2}),([0-9]{1,12}),(?:([0-9]{1,15}(?:\\.[0-9]{1,9})?),([A-Z]{3})|,)");
    private static final int MICRO_DIGITS = 6;

    private final Path file;
    private final String adAccount;

    AcceptedCheckouts(Path file, String adAccount) {
        this.file = Objects.requireNonNull(file, "file");
        this.adAccount = Objects.requireNonNull(adAccount, "adAccount");
    }

    @Override
    public void settled(StoredEvent event, Outcome outcome) {
        if (!(outcome instanceof Outcome.Accepted)
                || !event.name().equals("checkout")
                || !event.adAccount().equals(adAccount)) {
            return;
        }
        try {
            String line = LocalDate.ofInstant(event.happenedAt(), ZoneOffset.UTC) + ",1," + value(event) + "\n";
            PrivateFile.createIfMissing(file);
            Files.writeString(file, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AdsException("The file of accepted checkouts " + file + " cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the free space, the directory and its permissions");
        }
    }

    /** Returns value and currency; a comma if the event has none. */
    private static String value(StoredEvent event) throws IOException {
        Fields data = Fields.of(Json.read(event.json())).object("custom_data");
        return data.decimal("value")
                .filter(value -> value.signum() >= 0 && data.has("currency"))
                .map(value ->
                        value.toPlainString() + "," + data.text("currency").orElse(""))
                .orElse(",");
    }

    /** Reads files, see {@link AdsReport#readAccepted}. */
    static Map<LocalDate, Accepted> read(List<Path> files) {
        Map<LocalDate, Accepted> days = new TreeMap<>();
        for (Path file : files) {
            int number = 0;
            try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    if (!line.isBlank() && !line.strip().equals(HEAD)) {
                        add(line.strip(), days);
                    }
                }
            } catch (DateTimeException | ArithmeticException | AdsException e) {
                throw new AdsException("Line " + number + " of " + file + " is invalid: write day,events,value,currency"
                        + " such as 2026-11-20,1,25.00,EUR");
            } catch (IOException e) {
                throw new AdsException("The file " + file + " cannot be read: "
                        + e.getClass().getSimpleName() + ". Check the path, its permissions, and that it is UTF-8");
            }
        }
        return days;
    }

    private static void add(String line, Map<LocalDate, Accepted> days) {
        Matcher fields = LINE.matcher(line);
        if (!fields.matches()) {
            throw new AdsException("not four fields");
        }
        Map<String, Money> values = new LinkedHashMap<>();
        if (fields.group(4) != null) {
            long micros = new BigDecimal(fields.group(3))
                    .movePointRight(MICRO_DIGITS)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
            values.put(fields.group(4), Money.ofMicros(micros, fields.group(4)));
        }
        days.merge(
                LocalDate.parse(fields.group(1)),
                new Accepted(Long.parseLong(fields.group(2)), values),
                Accepted::plus);
    }
}
