// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was said of an event before it is built: what rules and writers read. Texts are clean already. */
final class Draft {
    final String name;
    private final String rawId;
    final List<Item> items = new ArrayList<>();
    Set<String> contentIds = Set.of();

    /** Fields that were set to "undefined" and the like. */
    Set<String> saidNothing = Set.of();

    Visit visit = Visit.unknown();
    Customer customer = Customer.unknown();
    AppInfo app = AppInfo.unknown();
    DeviceInfo device = DeviceInfo.unknown();
    ActionSource actionSource = ActionSource.WEB;
    boolean optOut;
    boolean limitedDataProcessing;
    String idPrefix = "";

    @Nullable
    Instant time;

    @Nullable
    BigDecimal value;

    @Nullable
    String currency;

    @Nullable
    BigDecimal predictedLtv;

    @Nullable
    Long numItems;

    @Nullable
    Long measurementVendor;

    @Nullable
    String measurementId;

    @Nullable
    String orderId;

    @Nullable
    String searchString;

    @Nullable
    String contentName;

    @Nullable
    String contentCategory;

    @Nullable
    String contentBrand;

    @Nullable
    String language;

    @Nullable
    String partnerName;

    Draft(String name, String rawId) {
        this.name = name;
        this.rawId = rawId;
    }

    /** Nearly always there is none: no set is made for it. */
    static Set<String> with(Set<String> before, String value) {
        Set<String> more = before.isEmpty() ? new LinkedHashSet<>() : before;
        more.add(value);
        return more;
    }

    String id() {
        return idPrefix.isEmpty() ? rawId : idPrefix + rawId;
    }

    boolean hasId() {
        return !rawId.isBlank();
    }
}
