// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.Map;

/**
 * The parts of a deployment besides the application of {@code app} and the filter.
 *
 * @param initParams of the filter; without any, the filter is installed as usual on the container
 * @param hasBanner whether the application has a consent decider, {@code BannerListener}
 * @param hasForwardedHeaderFilter whether Spring's filter for forwarded headers runs ahead of the filter
 */
record Deployment(Map<String, String> initParams, boolean hasBanner, boolean hasForwardedHeaderFilter) {
    static final Deployment DROP_IN = new Deployment(Map.of(), false, false);

    static Deployment with(Map<String, String> initParams) {
        return new Deployment(initParams, false, false);
    }
}
