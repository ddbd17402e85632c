// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;

/**
 * Draws one bar for each peer: its cost as a multiple of Epik's. The chart is a bitmap, because XChart needs another
 * library for SVG.
 */
public final class Chart {
    private static final int ROW = 28;
    private static final int DPI = 144;

    private Chart() {}

    /** Writes the chart, unless no peer was measured. */
    public static void write(Path png, Results results) throws IOException {
        List<Bar> bars = new ArrayList<>(Bar.of(results));
        if (bars.isEmpty()) {
            return;
        }
        bars.add(0, new Bar("Epik", 1));
        HorizontalBarChart chart = new HorizontalBarChartBuilder()
                .width(900)
                .height(110 + ROW * bars.size())
                .title("Times what it costs with us")
                .build();
        var styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setXAxisMaxLabelCount(bars.size());
        styler.setXAxisTitleVisible(false);
        styler.setPlotGridHorizontalLinesVisible(false);
        styler.setSeriesColors(new Color[] {new Color(0x2F6FA7)});
        chart.addSeries(
                "times",
                bars.stream().map(Bar::times).toList(),
                bars.stream()
                        .map(bar -> bar.label() + "  " + Digits.times(bar.times()))
                        .toList());
        BitmapEncoder.saveBitmapWithDPI(chart, png.toString(), BitmapFormat.PNG, DPI);
    }
}
