// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.ConversionEvent.Privacy.PageUrl;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Options that leave out values of each event. The default leaves out nothing. */
final class PrivacyOptions {
    @Option(
            names = "--page-url",
            paramLabel = "PART",
            description = "full, origin or off: the page's URL. Default: full.")
    String pageUrl = "full";

    @Option(names = "--no-item-names", description = "Leave out item and content names.")
    boolean noItemNames;

    @Option(names = "--no-search-string", description = "Leave out search_string.")
    boolean noSearchString;

    /**
     * Returns the settings.
     *
     * @throws UsageException if an option is invalid
     */
    Privacy settings() {
        return Privacy.defaults()
                .withPageUrl(
                        switch (pageUrl.strip().toLowerCase(Locale.ROOT)) {
                            case "full" -> PageUrl.FULL;
                            case "origin" -> PageUrl.ORIGIN;
                            case "off" -> PageUrl.OFF;
                            default ->
                                throw new UsageException("--page-url is invalid: it must be full, origin or off");
                        })
                .withItemNames(!noItemNames)
                .withSearchString(!noSearchString);
    }
}
