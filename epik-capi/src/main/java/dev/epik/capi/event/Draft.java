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
    private final String ownId;
    final List<Item> items = new ArrayList<>();
    Set<String> contentIds = Set.of();

    /** Fields that were set to "undefined" and the like. */
    Set<String> saidNothing = Set.of();

    /** Ids that were given with spaces around them. */
    Set<String> padded = Set.of();

    Visit visit = Visit.NONE;
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
        this.ownId = Text.stripped(rawId);
        notePadding("id", rawId, ownId);
    }

    /** Nearly always there is none: no set is made for it. */
    static Set<String> with(Set<String> before, String value) {
        Set<String> more = before.isEmpty() ? new LinkedHashSet<>() : before;
        more.add(value);
        return more;
    }

    /** Notes whether white space was removed from an id that was given. */
    void notePadding(String field, String given, String kept) {
        if (!kept.isEmpty() && kept.length() != given.length()) {
            padded = with(padded, field);
        } else if (!padded.isEmpty()) {
            padded.remove(field);
        }
    }

    /** Returns the items that are sent, with prices as they are sent. */
    List<Item> sentItems() {
        boolean unchanged = true;
        for (Item item : items) {
            unchanged &= item.isSendable() && MoneyRules.isSentUnchanged(item.price());
        }
        return unchanged
                ? items // nearly always
                : items.stream()
                        .filter(Item::isSendable)
                        .map(Item::withSentPrice)
                        .toList();
    }

    String id() {
        return idPrefix.isEmpty() ? ownId : idPrefix + ownId;
    }

    boolean hasId() {
        return !ownId.isEmpty();
    }
}
