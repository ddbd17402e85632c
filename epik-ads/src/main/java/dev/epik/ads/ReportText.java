// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.AdsReport.Accepted;
import dev.epik.ads.AdsReport.CampaignRow;
import dev.epik.ads.AdsReport.Figures;
import dev.epik.ads.json.PrintableText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Renders a report as tables for people. Pure functions. */
final class ReportText {
    private static final int MAX_NAME_LENGTH = 40;
    private static final String NONE = "-";

    private ReportText() {}

    static String of(AdsReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Ad account ")
                .append(report.account().id())
                .append(", ")
                .append(report.since())
                .append(" to ");
        text.append(report.until())
                .append(" (days in UTC), amounts in ")
                .append(report.account().currency());
        text.append("\nA checkout counts ").append(report.windows()).append("\n\n");
        List<List<String>> campaigns = new ArrayList<>();
        campaigns.add(List.of("Campaign", "Status", "Spend", "Checkouts", "Value", "Cost/checkout", "ROAS"));
        for (CampaignRow row : report.campaigns()) {
            campaigns.add(row(List.of(name(row), row.status().name()), row.figures()));
        }
        campaigns.add(row(List.of("Total", ""), report.total()));
        table(campaigns, 2, text);
        text.append('\n');
        List<List<String>> days = new ArrayList<>();
        boolean hasAccepted = !report.accepted().isEmpty();
        List<String> head = new ArrayList<>(List.of("Day", "Spend", "Checkouts", "Value", "Cost/checkout", "ROAS"));
        if (hasAccepted) {
            head.addAll(List.of("Accepted", "Accepted value"));
        }
        days.add(head);
        for (LocalDate day : allDays(report)) {
            List<String> row = row(List.of(day.toString()), report.on(day));
            if (hasAccepted) {
                Accepted accepted = report.accepted().get(day);
                row.add(accepted == null ? "0" : "" + accepted.events());
                row.add(accepted == null ? NONE : values(accepted, report));
            }
            days.add(row);
        }
        table(days, 1, text);
        if (hasAccepted) {
            text.append(
                    "\nAccepted: what Epik sent and Pinterest took. Pinterest attributes only a part of it to ads.\n");
        }
        return text.toString();
    }

    /** Returns the days that have figures of Pinterest or of Epik, in the time of the report. */
    static Set<LocalDate> allDays(AdsReport report) {
        Set<LocalDate> days = new TreeSet<>();
        report.days().forEach(row -> days.add(row.day()));
        report.accepted().keySet().stream()
                .filter(day -> !day.isBefore(report.since()) && !day.isAfter(report.until()))
                .forEach(days::add);
        return days;
    }

    /** Returns the values; those that are not in the currency of the report name theirs. */
    private static String values(Accepted accepted, AdsReport report) {
        String own = report.account().currency();
        String text = accepted.values().values().stream()
                .map(value -> amount(value) + (value.currency().equals(own) ? "" : " " + value.currency()))
                .collect(Collectors.joining(" + "));
        return text.isEmpty() ? NONE : text;
    }

    private static String name(CampaignRow row) {
        String name = row.name().isEmpty() ? row.id() : row.name();
        return PrintableText.of(name.codePoints()
                .limit(MAX_NAME_LENGTH)
                .mapToObj(Character::toString)
                .collect(Collectors.joining()));
    }

    private static List<String> row(List<String> first, Figures figures) {
        List<String> row = new ArrayList<>(first);
        row.add(amount(figures.spend()));
        row.add("" + figures.checkouts());
        row.add(amount(figures.value()));
        row.add(figures.costPerCheckout().map(ReportText::amount).orElse(NONE));
        row.add(figures.returnOnAdSpend().map(BigDecimal::toPlainString).orElse(NONE));
        return row;
    }

    /** Returns an amount with as many decimals as its currency has. */
    static String amount(Money money) {
        int digits = Currency.getInstance(money.currency()).getDefaultFractionDigits();
        return money.amount().setScale(digits, RoundingMode.HALF_UP).toPlainString();
    }

    /** Appends rows; the first columns are aligned to the left, the others to the right. */
    private static void table(List<List<String>> rows, int left, StringBuilder text) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String gap = " ".repeat(widths[i] - length(row.get(i)));
                line.append(i == 0 ? "" : "  ").append(i < left ? row.get(i) + gap : gap + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
