// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something a visitor did, finished and ready to be stored: personal data is hashed, the JSON is written.
 *
 * <p>Start with the method that is named as the event, such as {@link #checkout}. Report a checkout when its payment is
 * confirmed, not when the order is placed.
 *
 * <p>{@link Builder#build()} never throws at bad data: an event that Pinterest would refuse carries its
 * {@link #errors()}, and {@code submit} answers with them. {@link #warnings()} only lower the chance of a match.
 *
 * <p>The event id is what the outbox and Pinterest know it by, together with its name: the same as the browser tag's for the
 * same step, so that both count once, and never used again for another. Spaces around it are removed with a warning, in
 * the event and in {@link #browserTag()}: a {@code CHAR} column adds them, and a tag of the shop's own would send them.
 *
 * <p>Immutable.
 */
public final class ConversionEvent {
    private final String name;
    private final String id;
    private final Visit.Consent consent;
    private final String consentReason;
    private final List<Problem> problems;
    private final Instant happenedAt;
    private final boolean offline;
    private final String json;
    private final @Nullable BrowserTag browserTag;

    private ConversionEvent(Draft draft, Instant builtAt) {
        this.name = draft.name;
        this.id = draft.id();
        this.consent = draft.visit.consent();
        this.consentReason = draft.visit.consentReason();
        Instant time = draft.time == null ? builtAt : draft.time;
        this.happenedAt = time;
        this.offline = draft.actionSource == ActionSource.OFFLINE;
        List<Problem> found = EventRules.problems(draft, time, builtAt);
        boolean good = found.isEmpty() || !found.get(0).isError();
        String written = good ? EventJson.write(draft, time) : "";
        this.problems = EventRules.withSize(found, written);
        this.json = problems.size() == found.size() ? written : "";
        this.browserTag = json.isEmpty() ? null : BrowserTag.of(draft);
    }

    /**
     * A sale. Its event id is the order number as well: the same order is one sale, however often it is reported, in the
     * outbox and at Pinterest.
     */
    public static Builder checkout(String orderNumber) {
        return new Builder("checkout", orderNumber).orderId(orderNumber);
    }

    public static Builder addToCart(String eventId) {
        return new Builder("add_to_cart", eventId);
    }

    public static Builder addToWishlist(String eventId) {
        return new Builder("add_to_wishlist", eventId);
    }

    /** The checkout was begun. */
    public static Builder initiateCheckout(String eventId) {
        return new Builder("initiate_checkout", eventId);
    }

    public static Builder addPaymentInfo(String eventId) {
        return new Builder("add_payment_info", eventId);
    }

    /** A page was seen that matters, such as a product's or an article's. */
    public static Builder pageVisit(String eventId) {
        return new Builder("page_visit", eventId);
    }

    public static Builder viewContent(String eventId) {
        return new Builder("view_content", eventId);
    }

    /**
     * The list of a category's products was seen.
     *
     * @param category as the catalogue at Pinterest names it
     */
    public static Builder viewCategory(String eventId, String category) {
        return new Builder("view_category", eventId).contentCategory(category);
    }

    /**
     * The shop was searched.
     *
     * @param text what the visitor searched for: it travels in clear
     */
    public static Builder search(String eventId, String text) {
        return new Builder("search", eventId).searchString(text);
    }

    public static Builder watchVideo(String eventId) {
        return new Builder("watch_video", eventId);
    }

    public static Builder lead(String eventId) {
        return new Builder("lead", eventId);
    }

    public static Builder signup(String eventId) {
        return new Builder("signup", eventId);
    }

    public static Builder subscribe(String eventId) {
        return new Builder("subscribe", eventId);
    }

    public static Builder startTrial(String eventId) {
        return new Builder("start_trial", eventId);
    }

    public static Builder contact(String eventId) {
        return new Builder("contact", eventId);
    }

    public static Builder schedule(String eventId) {
        return new Builder("schedule", eventId);
    }

    public static Builder submitApplication(String eventId) {
        return new Builder("submit_application", eventId);
    }

    public static Builder customizeProduct(String eventId) {
        return new Builder("customize_product", eventId);
    }

    public static Builder findLocation(String eventId) {
        return new Builder("find_location", eventId);
    }

    /**
     * The shop's app was installed.
     *
     * @param source {@link ActionSource#APP_ANDROID} or {@link ActionSource#APP_IOS}
     */
    public static Builder appInstall(String eventId, ActionSource source, AppInfo app) {
        return new Builder("app_install", eventId).actionSource(source).app(app);
    }

    /**
     * The shop's app was opened.
     *
     * @param source as for {@link #appInstall}
     */
    public static Builder appOpen(String eventId, ActionSource source, AppInfo app) {
        return new Builder("app_open", eventId).actionSource(source).app(app);
    }

    /** The one event that Pinterest leaves to the shop's own meaning. */
    public static Builder custom(String eventId) {
        return new Builder("custom", eventId);
    }

    /** For names that come as data. One that is not Pinterest's is refused, with the one that was probably meant. */
    public static Builder named(@Nullable String name, @Nullable String eventId) {
        return new Builder(name, eventId);
    }

    /** As Pinterest spells it, such as {@code add_to_cart}. */
    public String name() {
        return name;
    }

    public String id() {
        return id;
    }

    public Visit.Consent consent() {
        return consent;
    }

    public String consentReason() {
        return consentReason;
    }

    public Instant happenedAt() {
        return happenedAt;
    }

    /** Whether its action source is {@link ActionSource#OFFLINE}. */
    public boolean isOffline() {
        return offline;
    }

    /** All that is wrong with it, refusals first. */
    public List<Problem> problems() {
        return problems;
    }

    /** Why this event cannot be sent; empty where it can. */
    public List<Problem> errors() {
        return Problem.only(Problem.Severity.ERROR, problems);
    }

    public List<Problem> warnings() {
        return Problem.only(Problem.Severity.WARNING, problems);
    }

    /** Exactly what would be sent, IP address and click id in clear; empty where there are {@link #errors()}. */
    public String json() {
        return json;
    }

    /**
     * The same event for Pinterest's browser tag: the arguments of {@code pintrk} as a JSON array, with the same id, so that tag
     * and server count once. It holds nothing of the customer's, and neither {@code <}, {@code >}, {@code &} nor {@code '}: it may
     * stand in a data attribute as it is, in single quotes. Empty where there are {@link #errors()}.
     */
    public String browserTag() {
        return browserTag == null ? "" : browserTag.write();
    }

    /** Name, id and what is wrong; no value of the customer's or the visit's. */
    @Override
    public String toString() {
        return "ConversionEvent[" + (EventNames.isKnown(name) ? name : "unknown event") + " " + id + ", problems="
                + problems + "]";
    }

    /** Not for several threads. Null is what was never set, everywhere. */
    public static final class Builder {
        final Draft draft;

        private Builder(@Nullable String name, @Nullable String id) {
            this.draft = new Draft(name == null ? "" : name, id == null ? "" : id);
        }

        /**
         * Sets what stands before the event id, so that order 1001 of two shops that share an ad account is two sales.
         * None by default. Spaces at its beginning are removed with a warning.
         */
        public Builder idPrefix(@Nullable String shop) {
            String given = shop == null ? "" : shop;
            draft.idPrefix = given.stripLeading();
            draft.notePadding("idPrefix", given, draft.idPrefix);
            return this;
        }

        /** Without one the event says nothing of the visitor: no click id, no IP address. */
        public Builder visit(@Nullable Visit theVisit) {
            draft.visit = theVisit == null ? Visit.NONE : theVisit;
            return this;
        }

        /** Sets the buyer; {@link Customer#unknown()} by default and for null. */
        public Builder customer(@Nullable Customer buyer) {
            draft.customer = buyer == null ? Customer.unknown() : buyer;
            return this;
        }

        /** Sets the buyer; see {@link #customer(Customer)}. */
        public Builder customer(Customer.Builder buyer) {
            return customer(buyer.build());
        }

        /** Sets the buyer: {@code customer(c -> c.email(order.email()))}. */
        public Builder customer(Consumer<Customer.Builder> buyer) {
            Customer.Builder builder = Customer.builder();
            buyer.accept(builder);
            return customer(builder);
        }

        /**
         * The total, ideally without tax and shipping.
         *
         * @param major in major units, as on the bill: 72.39, never micro-units, and never made from a {@code double}
         * @param isoCurrency ISO 4217, such as {@code EUR}; null is the ad account's own
         */
        public Builder value(@Nullable BigDecimal major, @Nullable String isoCurrency) {
            draft.value = major;
            String code = text("currency", isoCurrency);
            draft.currency = code == null ? null : code.toUpperCase(Locale.ROOT);
            return this;
        }

        public Builder item(String productId, int quantity, @Nullable BigDecimal price) {
            return item(Item.of(productId, quantity, price));
        }

        public Builder item(@Nullable Item item) {
            if (item != null) {
                draft.items.add(item);
            }
            return this;
        }

        /** A product or page the event is about; by default the ids of the items. Called twice it sends both. */
        public Builder contentId(@Nullable String id) {
            String clean = text("contentIds", id);
            if (clean != null) {
                draft.contentIds = Draft.with(draft.contentIds, clean);
            }
            return this;
        }

        public Builder contentName(@Nullable String contentsName) {
            draft.contentName = text("contentName", contentsName);
            return this;
        }

        public Builder contentCategory(@Nullable String category) {
            draft.contentCategory = text("contentCategory", category);
            return this;
        }

        public Builder contentBrand(@Nullable String brand) {
            draft.contentBrand = text("contentBrand", brand);
            return this;
        }

        /** How many pieces; by default the sum of the items' quantities. */
        public Builder numItems(@Nullable Long pieces) {
            draft.numItems = pieces;
            return this;
        }

        /** What this customer is expected to be worth, in the event's currency. */
        public Builder predictedLtv(@Nullable BigDecimal major) {
            draft.predictedLtv = major;
            return this;
        }

        /** By default the order number of a checkout. */
        public Builder orderId(@Nullable String orderNumber) {
            String given = orderNumber == null ? "" : orderNumber;
            draft.notePadding("orderId", given, Text.stripped(given));
            draft.orderId = text("orderId", orderNumber);
            return this;
        }

        /** It travels in clear. */
        public Builder searchString(@Nullable String search) {
            draft.searchString = text("searchString", search);
            return this;
        }

        /** When it happened; by default when {@link #build()} is called. Over an hour ago counts as offline. */
        public Builder time(@Nullable Instant when) {
            draft.time = when;
            return this;
        }

        /** By default {@link ActionSource#WEB}. */
        public Builder actionSource(@Nullable ActionSource source) {
            draft.actionSource = source == null ? ActionSource.WEB : source;
            return this;
        }

        public Builder app(@Nullable AppInfo info) {
            draft.app = info == null ? AppInfo.unknown() : info;
            return this;
        }

        public Builder device(@Nullable DeviceInfo info) {
            draft.device = info == null ? DeviceInfo.unknown() : info;
            return this;
        }

        /** ISO 639-1, such as {@code de}. */
        public Builder language(@Nullable String code) {
            String clean = text("language", code);
            draft.language = clean == null ? null : clean.toLowerCase(Locale.ROOT);
            return this;
        }

        /** The visitor opted out of tracking, and Pinterest is told so. False by default; without consent nothing is sent at all. */
        public Builder optOut(boolean yes) {
            draft.optOut = yes;
            return this;
        }

        /**
         * Pinterest's Limited Data Processing, for those US states whose law knows it; false by default. It needs the customer's
         * state and country, and does not follow from Global Privacy Control.
         */
        public Builder limitedDataProcessing(boolean yes) {
            draft.limitedDataProcessing = yes;
            return this;
        }

        /** {@code ss-} and your name, for software that sends for others; none by default. */
        public Builder partnerName(@Nullable String sender) {
            draft.partnerName = text("partnerName", sender);
            return this;
        }

        /** Only where Pinterest told you both. */
        public Builder externalMeasurement(@Nullable String id, long vendorId) {
            draft.measurementId = text("externalMeasurement", id);
            draft.measurementVendor = vendorId;
            return this;
        }

        private @Nullable String text(String field, @Nullable String raw) {
            String clean = Text.clean(raw);
            if (clean == null && Text.saysNothing(raw)) {
                draft.saidNothing = Draft.with(draft.saidNothing, field);
            }
            return clean;
        }

        public ConversionEvent build() {
            return new ConversionEvent(draft, Instant.now());
        }
    }
}
