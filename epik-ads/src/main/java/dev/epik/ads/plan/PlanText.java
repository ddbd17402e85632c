// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.Money;
import dev.epik.ads.json.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes plans and reports for people, at most 100 columns wide. Pure functions. */
final class PlanText {
    private static final int WIDTH = 100;
    private static final int FIELD = 20;
    private static final int VALUE = 34;

    private PlanText() {}

    static String of(Plan plan) {
        AdsAccount account = plan.account();
        ValueText values = new ValueText(account, java.util.Map.of());
        StringBuilder text = new StringBuilder();
        text.append("Ad account ")
                .append(account.id())
                .append(" \"")
                .append(PrintableText.of(account.name()))
                .append("\", read ")
                .append(values.time(plan.time()))
                .append('\n');
        for (PlanAction action : plan.actions()) {
            action(action, text);
        }
        text.append('\n').append(summary(plan)).append('\n');
        list("Warnings:", plan.warnings(), text);
        list("Refused. Nothing can be applied:", plan.refusals(), text);
        return text.toString();
    }

    private static void action(PlanAction action, StringBuilder text) {
        String id = action.id().isEmpty() ? "" : " (" + action.id() + ")";
        text.append('\n');
        wrapped(
                word(action.type()) + " " + action.kind().title() + " \"" + action.name() + "\"" + id,
                "",
                "    ",
                text);
        for (FieldChange change : action.changes()) {
            boolean isNew = action.type() == PlanAction.Type.CREATE;
            String before = change.before().isEmpty() ? "(none)" : PrintableText.of(change.before());
            String after = change.after().isEmpty() ? "(none)" : PrintableText.of(change.after());
            String begin = "    " + padded(change.field(), FIELD);
            if (isNew) {
                wrapped(after, begin, " ".repeat(4 + FIELD), text);
            } else if (before.length() <= VALUE && after.length() <= WIDTH - 4 - FIELD - VALUE - 4) {
                text.append(begin)
                        .append(padded(before, VALUE))
                        .append(" -> ")
                        .append(after)
                        .append('\n');
            } else {
                wrapped(before, begin, " ".repeat(4 + FIELD), text);
                wrapped(after, " ".repeat(FIELD) + " -> ", " ".repeat(4 + FIELD), text);
            }
            change.lastApplied()
                    .ifPresent(last -> wrapped(
                            "last applied: " + last + "; changed at Pinterest since",
                            " ".repeat(4 + FIELD),
                            " ".repeat(4 + FIELD),
                            text));
        }
    }

    private static String word(PlanAction.Type type) {
        return switch (type) {
            case CREATE -> "+ create";
            case CHANGE -> "~ change";
            case ACTIVATE -> "! activate";
        };
    }

    private static String summary(Plan plan) {
        List<String> parts = new ArrayList<>();
        for (PlanAction.Type type : PlanAction.Type.values()) {
            long count =
                    plan.actions().stream().filter(each -> each.type() == type).count();
            parts.add(count + " to " + type.name().toLowerCase(Locale.ROOT));
        }
        String currency = plan.account().currency();
        Money before = plan.dailySpendBefore();
        Money after = plan.dailySpendAfter();
        long rise = after.micros() - before.micros();
        String change = rise == 0 ? "unchanged" : (rise > 0 ? "+" : "-") + Money.ofMicros(Math.abs(rise), currency);
        return (plan.isEmpty() ? "Nothing to change" : String.join(", ", parts)) + ".\n"
                + "Daily budgets of all active campaigns: " + before + " now, " + after + " afterwards (" + change
                + ").";
    }

    static String of(ApplyReport report) {
        StringBuilder text = new StringBuilder();
        if (report.isComplete()) {
            text.append(
                    report.applied().isEmpty()
                            ? "Nothing to change.\n"
                            : report.applied().size() + " of "
                                    + report.applied().size() + " written.\n");
        } else if (report.refusals().isEmpty()) {
            text.append(report.applied().size())
                    .append(" of ")
                    .append(report.applied().size() + report.notApplied().size())
                    .append(" written. Apply again to go on.\n");
        }
        report.failure().ifPresent(message -> list("Stopped:", List.of(message), text));
        list("Refused. Nothing was sent:", report.refusals(), text);
        list("Pinterest stored it differently:", report.notes(), text);
        return text.toString();
    }

    private static void list(String title, List<String> lines, StringBuilder text) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append('\n');
            lines.forEach(line -> wrapped(line, "  - ", "    ", text));
        }
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }

    /** Appends text that is broken at spaces, and within words that are longer than a line. */
    private static void wrapped(String text, String begin, String indent, StringBuilder out) {
        StringBuilder line = new StringBuilder(begin);
        boolean isEmpty = true;
        for (String word : PrintableText.of(text).split(" ", -1)) {
            String rest = word;
            while (line.length() + (isEmpty ? 0 : 1) + rest.length() > WIDTH) {
                if (!isEmpty) {
                    out.append(line.toString().stripTrailing()).append('\n');
                    line = new StringBuilder(indent);
                    isEmpty = true;
                } else {
                    int room = WIDTH - line.length();
                    out.append(line).append(rest, 0, room).append('\n');
                    rest = rest.substring(room);
                    line = new StringBuilder(indent);
                }
            }
            line.append(isEmpty ? "" : " ").append(rest);
            isEmpty = false;
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
