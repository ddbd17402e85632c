// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsFixture;
import dev.epik.testkit.FakeAds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;

/** A fake Pinterest and a planner that does not wait. The plan file stands in a directory of the test. */
final class PlanFixture implements AutoCloseable {
    static final String HEAD = "ad_account: \"549755885175\"\ncurrency: EUR\n";
    static final String LIMIT = "spend_limit: {daily: \"100.00\", lifetime: \"1000.00\", bid: \"5.00\"}\n";

    final AdsFixture fixture = new AdsFixture();
    final AdsClient ads = fixture.ads;
    final FakeAds fake = fixture.pinterest.ads();
    final Path path;
    final AdsPlanner planner;

    PlanFixture(Path directory) {
        this.path = directory.resolve("autumn.yaml");
        this.planner = at(Instant.now());
    }

    AdsPlanner at(Instant now) {
        return planner(ads, Clock.fixed(now, ZoneOffset.UTC), point -> {});
    }

    static AdsPlanner planner(AdsClient ads, Clock clock, Consumer<Applier.CrashPoint> crashPoints) {
        return AdsPlanner.of(ads).with(new AdsPlanner.Internals(clock, time -> {}, crashPoints, action -> {}));
    }

    PlanFile file(String campaigns) {
        return PlanFile.of(HEAD + campaigns, path);
    }

    Plan plan(String campaigns) {
        return planner.plan(file(campaigns));
    }

    /** Plans and applies, and expects that it is complete. */
    ApplyReport apply(String campaigns) {
        ApplyReport report = planner.apply(plan(campaigns));
        if (!report.isComplete()) {
            throw new AssertionError(report.text());
        }
        return report;
    }

    List<Object> statuses() {
        return java.util.stream.Stream.of(fake.campaigns(), fake.adGroups(), fake.ads())
                .flatMap(List::stream)
                .map(each -> each.get("status"))
                .distinct()
                .toList();
    }

    @Override
    public void close() {
        fixture.close();
    }
}
