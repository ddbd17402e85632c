// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws lines as SVG. The text depends on the values only, so that a run that changes nothing changes no file. */
final class LinePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 60;
    private static final int BOTTOM = 45;
    private static final String[] COLORS = {"#2f6fa7", "#c8553d", "#588157", "#8e6c8a", "#b08900"};

    private static final class Line {
        final String name;
        final double[] xs;
        final double[] ys;

        Line(String name, double[] xs, double[] ys) {
            this.name = name;
            this.xs = xs;
            this.ys = ys;
        }
    }

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final boolean logarithmic;
    private final List<Line> lines = new ArrayList<>();

    /** Makes a plot without lines. If it is logarithmic, values below 0.1 are drawn as 0.1. */
    LinePlot(String title, String xTitle, String yTitle, boolean logarithmic) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.logarithmic = logarithmic;
    }

    LinePlot add(String name, double[] xs, double[] ys) {
        lines.add(new Line(name, xs.clone(), ys.clone()));
        return this;
    }

    String svg() {
        double minX = Double.MAX_VALUE;
        double maxX = 0;
        double maxY = logarithmic ? 1 : 1e-9;
        for (Line line : lines) {
            for (int i = 0; i < line.xs.length; i++) {
                minX = Math.min(minX, line.xs[i]);
                maxX = Math.max(maxX, line.xs[i]);
                maxY = Math.max(maxY, line.ys[i]);
            }
        }
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        text(svg, LEFT, 20, "start", title, "font-size=\"15\"");
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", xTitle, "");
        text(svg, LEFT, 38, "start", yTitle, "fill=\"#555\"");
        axes(svg, minX, maxX, maxY);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, i, minX, maxX, maxY);
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg, double minX, double maxX, double maxY) {
        double step = step(maxX - minX);
        for (double x = Math.ceil(minX / step) * step; x <= maxX + step / 1000; x += step) {
            text(svg, x(x, minX, maxX), HEIGHT - BOTTOM + 17, "middle", number(x), "");
        }
        if (logarithmic) {
            for (double y = 0.1; y <= maxY * 1.001; y *= 10) {
                grid(svg, y, maxY);
            }
        } else {
            for (double y = 0; y <= maxY * 1.001; y += step(maxY)) {
                grid(svg, y, maxY);
            }
        }
    }

    private void grid(StringBuilder svg, double y, double maxY) {
        double at = y(y, maxY);
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                LEFT,
                at,
                WIDTH - RIGHT,
                at));
        text(svg, LEFT - 6, at + 4, "end", number(y), "");
    }

    private void line(StringBuilder svg, int index, double minX, double maxX, double maxY) {
        Line line = lines.get(index);
        String color = COLORS[index % COLORS.length];
        svg.append("<polyline fill=\"none\" stroke=\"").append(color).append("\" stroke-width=\"1.5\" points=\"");
        for (int i = 0; i < line.xs.length; i++) {
            svg.append(String.format(
                    Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", x(line.xs[i], minX, maxX), y(line.ys[i], maxY)));
        }
        svg.append("\"/>\n");
        int column = LEFT + 100 + index * 135;
        svg.append(String.format(
                Locale.ROOT, "<rect x=\"%d\" y=\"29\" width=\"14\" height=\"4\" fill=\"%s\"/>%n", column, color));
        text(svg, column + 20, 36, "start", line.name, "");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text, String more) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
                x,
                y,
                anchor,
                more.isEmpty() ? "" : " " + more,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static double x(double value, double min, double max) {
        return LEFT + (value - min) / Math.max(1e-9, max - min) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value, double max) {
        double share =
                logarithmic ? Math.log(Math.max(0.1, value) / 0.1) / Math.log(Math.max(1, max) / 0.1) : value / max;
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    /** Returns a round distance of at most ten marks. */
    private static double step(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(1e-9, range))));
        for (double factor : new double[] {0.1, 0.2, 0.5, 1}) {
            if (range / (power * factor) <= 10) {
                return power * factor;
            }
        }
        return power;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.3g", value).replaceFirst("0+$", "");
    }
}
