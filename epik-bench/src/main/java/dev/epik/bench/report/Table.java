// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal or for Markdown. The first row is the heading. */
public record Table(List<List<String>> rows) {
    public Table {
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** Returns the table of the goals and whether each holds. */
    public static Table of(List<Goal> goals) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "goal", "measured", "holds"));
        for (Goal goal : goals) {
            rows.add(List.of(
                    goal.what(), goal.goal(), goal.measured(), goal.result().word()));
        }
        return new Table(rows);
    }

    /** Returns the table as text, with columns aligned by spaces. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(width(column) - cell.length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("|---".repeat(rows.get(0).size())).append("|\n");
            }
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
