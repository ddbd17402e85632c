// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

import dev.epik.capi.event.normalize.Text;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of an event that is not built yet. {@code ConversionEvent.Builder} fills it, the rules and the writers
 * only read it. All texts are clean; null means unknown.
 *
 * <p>Not thread-safe.
 */
public final class EventDraft implements Cloneable {
    private static final LimitedFields NO_FIELDS = LimitedFields.none("");

    public final String name;
    public final boolean advertiserDefined;
    private final String ownId;
    public String idPrefix = "";
    public List<LineItem> items = new ArrayList<>();
    public Set<String> contentIds = Set.of();

    /** The fields that were set to a placeholder, such as "undefined". */
    public Set<String> placeholderFields = Set.of();

    /** The ids that were given with spaces around them. */
    public Set<String> paddedFields = Set.of();

    // of the visit

    public @Nullable String clickId;
    public @Nullable String ip;
    public @Nullable String userAgent;
    public @Nullable String pageUrl;

    /** Which of {@code clickId}, {@code ip} and {@code pageUrl} were given and are invalid. */
    public Set<String> invalidVisitFields = Set.of();

    // of the customer

    public HashedKeys hashes = HashedKeys.NONE;
    public @Nullable String partnerId;
    public List<FieldWarning> customerWarnings = List.of();

    // of the app and the device

    public LimitedFields app = NO_FIELDS;
    public LimitedFields device = NO_FIELDS;

    // of the event itself

    public Source source = Source.WEB;
    public boolean optOut;
    public boolean limitedDataProcessing;
    public @Nullable Instant time;
    public @Nullable BigDecimal value;
    public @Nullable String currency;
    public @Nullable BigDecimal predictedLtv;
    public @Nullable Long numItems;
    public @Nullable Long measurementVendor;
    public @Nullable String measurementId;
    public @Nullable String orderId;
    public @Nullable String searchString;
    public @Nullable String contentName;
    public @Nullable String contentCategory;
    public @Nullable String contentBrand;
    public @Nullable String language;
    public @Nullable String partnerName;

    /** The place of an event: {@code ActionSource} for the rules and the writers. */
    public enum Source {
        WEB,
        OFFLINE,
        APP_ANDROID,
        APP_IOS
    }

    /** @param advertiserDefined whether the name is one that the advertiser defines at Pinterest */
    public EventDraft(String name, String rawId, boolean advertiserDefined) {
        this.name = name;
        this.advertiserDefined = advertiserDefined;
        this.ownId = Text.stripped(rawId);
        notePadding("id", rawId, ownId);
    }

    /** Adds to a set of fields or ids. It creates a set for the first one only, because there is hardly ever one. */
    public static Set<String> with(Set<String> before, String value) {
        Set<String> more = before.isEmpty() ? new LinkedHashSet<>() : before;
        more.add(value);
        return more;
    }

    /** Notes whether white space was removed from an id that was given. */
    public void notePadding(String field, String given, String kept) {
        if (!kept.isEmpty() && kept.length() != given.length()) {
            paddedFields = with(paddedFields, field);
        } else if (!paddedFields.isEmpty()) {
            paddedFields.remove(field);
        }
    }

    /** Returns a copy. Later changes of the values that are sent change only one of the two. */
    public EventDraft copy() {
        EventDraft copy;
        try {
            copy = (EventDraft) clone(); // forgets no field
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
        copy.items = new ArrayList<>(items);
        copy.contentIds = contentIds.isEmpty() ? contentIds : new LinkedHashSet<>(contentIds);
        return copy;
    }

    /** Returns the items that are sent, with the values as they are sent. */
    public List<LineItem> sentItems() {
        boolean unchanged = true;
        for (LineItem item : items) {
            unchanged &= item.isSentUnchanged();
        }
        return unchanged
                ? items // nearly always
                : items.stream()
                        .filter(LineItem::isSendable)
                        .map(LineItem::asSent)
                        .toList();
    }

    /** Returns the event id with its prefix. */
    public String id() {
        return idPrefix.isEmpty() ? ownId : idPrefix + ownId;
    }

    /** Returns whether there is an id besides the prefix. */
    public boolean hasId() {
        return !ownId.isEmpty();
    }
}
