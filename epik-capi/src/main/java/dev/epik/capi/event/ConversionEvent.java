// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.json.BrowserTag;
import dev.epik.capi.event.json.EventJson;
import dev.epik.capi.event.json.MatchKeyNames;
import dev.epik.capi.event.normalize.Text;
import dev.epik.capi.event.rules.AdvertiserEvents;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.capi.event.rules.EventRules;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A conversion event that is ready to be stored: personal data is hashed, and the JSON is written.
 *
 * <p>Start with the method that has the name of the event, such as {@link #checkout}. Report a checkout when its
 * payment is confirmed, not when the order is placed.
 *
 * <p>{@link Builder#build()} never throws because of invalid data. An event that Pinterest would refuse has
 * {@link #errors()}, and {@code submit} returns them. {@link #warnings()} only lower the chance of a match.
 *
 * <p>The outbox and Pinterest identify an event by its name and its id. Give it the id that the browser tag sends for
 * the same step, so that both count once, and never use an id again for another event. Spaces around the id are removed
 * with a warning, in the event and in {@link #browserTag()}: a {@code CHAR} column adds them, and a tag that the shop
 * writes itself would send them.
 *
 * <p>Immutable.
 */
public final class ConversionEvent {
    private final String name;
    private final boolean advertiserDefined;
    private final String id;
    private final Visit.Consent consent;
    private final String consentReason;
    private final @Nullable Instant consentTime;
    private final List<Problem> problems;
    private final Instant happenedAt;
    private final boolean offline;
    private final String json;
    private final int matchKeys;

    /** The values that are sent. Never changed. */
    private final EventDraft draft;

    private ConversionEvent(EventDraft draft, Visit visit, Instant builtAt) {
        this.draft = draft;
        this.name = draft.name;
        this.advertiserDefined = draft.advertiserDefined;
        this.id = draft.id();
        this.consent = visit.consent();
        this.consentReason = visit.consentReason();
        this.consentTime = visit.consentTime();
        this.happenedAt = draft.time == null ? builtAt : draft.time;
        this.offline = draft.source == EventDraft.Source.OFFLINE;
        ProblemList found = new ProblemList();
        EventRules.check(draft, happenedAt, builtAt, found);
        String written = found.hasErrors() ? "" : EventJson.write(draft, happenedAt);
        EventRules.checkSize(written, found);
        this.problems = found.sorted();
        this.json = found.hasErrors() ? "" : written;
        this.matchKeys = MatchKeyNames.bits(draft);
    }

    /** Copies an event with other values and another consent. */
    private ConversionEvent(ConversionEvent event, EventDraft draft, Visit.Consent consent, String consentReason) {
        this.draft = draft;
        this.name = event.name;
        this.advertiserDefined = event.advertiserDefined;
        this.id = event.id;
        this.consent = consent;
        this.consentReason = consentReason;
        this.consentTime = event.consentTime;
        this.happenedAt = event.happenedAt;
        this.offline = event.offline;
        this.problems = event.problems;
        boolean isUnchanged = draft == event.draft || event.json.isEmpty();
        this.json = isUnchanged ? event.json : EventJson.write(draft, happenedAt);
        this.matchKeys = MatchKeyNames.bits(draft);
    }

    /**
     * Begins a sale. Its event id is the order number, and so is its order id: the outbox and Pinterest count the same
     * order once, however often it is reported.
     */
    public static Builder checkout(String orderNumber) {
        return new Builder("checkout", orderNumber).orderId(orderNumber);
    }

    /** Begins an event for a product that was put into the cart. */
    public static Builder addToCart(String eventId) {
        return new Builder("add_to_cart", eventId);
    }

    /** Begins an event for a product that was put on the wish list. */
    public static Builder addToWishlist(String eventId) {
        return new Builder("add_to_wishlist", eventId);
    }

    /** Begins an event for a visitor who has started the checkout. */
    public static Builder initiateCheckout(String eventId) {
        return new Builder("initiate_checkout", eventId);
    }

    /** Begins an event for a visitor who has entered payment data. */
    public static Builder addPaymentInfo(String eventId) {
        return new Builder("add_payment_info", eventId);
    }

    /** Begins an event for a visit to an important page, such as the page of a product or an article. */
    public static Builder pageVisit(String eventId) {
        return new Builder("page_visit", eventId);
    }

    /** Begins an event for a visitor who has looked at a product or other content. */
    public static Builder viewContent(String eventId) {
        return new Builder("view_content", eventId);
    }

    /**
     * Begins an event for a visitor who has looked at the list of a category's products.
     *
     * @param category the name of the category in the catalogue at Pinterest
     */
    public static Builder viewCategory(String eventId, String category) {
        return new Builder("view_category", eventId).contentCategory(category);
    }

    /**
     * Begins an event for a search in the shop.
     *
     * @param text what the visitor searched for; it is sent unhashed
     */
    public static Builder search(String eventId, String text) {
        return new Builder("search", eventId).searchString(text);
    }

    /** Begins an event for a visitor who has watched a video. */
    public static Builder watchVideo(String eventId) {
        return new Builder("watch_video", eventId);
    }

    /** Begins an event for a visitor who has shown interest, for example by sending a form. */
    public static Builder lead(String eventId) {
        return new Builder("lead", eventId);
    }

    /** Begins an event for a visitor who has registered. */
    public static Builder signup(String eventId) {
        return new Builder("signup", eventId);
    }

    /** Begins an event for a subscription. */
    public static Builder subscribe(String eventId) {
        return new Builder("subscribe", eventId);
    }

    /** Begins an event for a trial that has started. */
    public static Builder startTrial(String eventId) {
        return new Builder("start_trial", eventId);
    }

    /** Begins an event for a visitor who has contacted the shop. */
    public static Builder contact(String eventId) {
        return new Builder("contact", eventId);
    }

    /** Begins an event for an appointment. */
    public static Builder schedule(String eventId) {
        return new Builder("schedule", eventId);
    }

    /** Begins an event for an application that was submitted. */
    public static Builder submitApplication(String eventId) {
        return new Builder("submit_application", eventId);
    }

    /** Begins an event for a product that was customized. */
    public static Builder customizeProduct(String eventId) {
        return new Builder("customize_product", eventId);
    }

    /** Begins an event for a visitor who has searched for a store. */
    public static Builder findLocation(String eventId) {
        return new Builder("find_location", eventId);
    }

    /**
     * Begins an event for an installation of the shop's app.
     *
     * @param source {@link ActionSource#APP_ANDROID} or {@link ActionSource#APP_IOS}; with any other the event has an
     *     error
     */
    public static Builder appInstall(String eventId, ActionSource source, AppInfo app) {
        return new Builder("app_install", eventId).actionSource(source).app(app);
    }

    /**
     * Begins an event for a visitor who has opened the shop's app.
     *
     * @param source as for {@link #appInstall}
     */
    public static Builder appOpen(String eventId, ActionSource source, AppInfo app) {
        return new Builder("app_open", eventId).actionSource(source).app(app);
    }

    /** Begins an event whose meaning the shop defines. Pinterest has only one of these. */
    public static Builder custom(String eventId) {
        return new Builder("custom", eventId);
    }

    /**
     * Begins an event whose name is data. With a name that Pinterest does not know the event has an error, which
     * suggests the name that was probably meant.
     */
    public static Builder named(@Nullable String name, @Nullable String eventId) {
        return new Builder(name, eventId);
    }

    /**
     * Begins an event that the advertiser has defined at Pinterest, such as {@code add_shipping_info}. Pinterest counts
     * it as the standard event that it is mapped to there. {@code submit} refuses it unless
     * {@link dev.epik.capi.AdAccount#withAdvertiserEvents} has its name in the same spelling.
     *
     * @param name 1 to 100 letters, digits, {@code _} and {@code -}; null counts as empty. With any other name, or one
     *     of Pinterest's own, the event has an error
     */
    public static Builder advertiserDefined(@Nullable String name, @Nullable String eventId) {
        return new Builder(name, eventId, true);
    }

    /** Returns the name as Pinterest spells it, such as {@code add_to_cart}. */
    public String name() {
        return name;
    }

    /** Returns whether the advertiser defines the name; see {@link #advertiserDefined(String, String)}. */
    public boolean isAdvertiserDefined() {
        return advertiserDefined;
    }

    /** Returns the event id with its prefix. */
    public String id() {
        return id;
    }

    /** Returns the consent of the visit. */
    public Visit.Consent consent() {
        return consent;
    }

    /** Returns where the consent was read. */
    public String consentReason() {
        return consentReason;
    }

    /** Returns when the event happened; without a time of its own, when it was built. */
    public Instant happenedAt() {
        return happenedAt;
    }

    /**
     * Returns the match keys of the event by Pinterest's names, such as {@code em} and {@code click_id}: the more there
     * are, the more likely Pinterest finds the person. Empty if there are none.
     */
    public List<String> matchKeys() {
        return MatchKeyNames.of(matchKeys);
    }

    /** Returns whether its action source is {@link ActionSource#OFFLINE}. */
    public boolean isOffline() {
        return offline;
    }

    /** Returns the errors, then the warnings. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns why this event cannot be sent; empty if it can. */
    public List<Problem> errors() {
        return Problem.only(Problem.Severity.ERROR, problems);
    }

    /** Returns what was left out, and what makes a match less likely. */
    public List<Problem> warnings() {
        return Problem.only(Problem.Severity.WARNING, problems);
    }

    /**
     * Returns exactly what would be sent, with IP address and click id unhashed; empty if there are {@link #errors()}.
     * At most 256 kB.
     */
    public String json() {
        return json;
    }

    /**
     * Returns the same event for Pinterest's browser tag: the arguments of {@code pintrk} as a JSON array. It has the
     * same id, so that tag and server count once. It contains nothing about the customer, and none of the characters
     * {@code <}, {@code >}, {@code &} and {@code '}, so it may be put into a data attribute in single quotes as it is.
     * Empty if there are {@link #errors()}.
     */
    public String browserTag() {
        return json.isEmpty() ? "" : BrowserTag.of(draft).write();
    }

    /**
     * Returns the event as it may be stored under these settings: without what they leave out, with a consent that is
     * unknown if the visit is too old, or with Limited Data Processing after an opt-out. {@code submit} does this with
     * the settings of the client, so only code that stores events in another way needs to call it.
     *
     * @param now the time of this machine
     * @return this event if nothing changes
     */
    public ConversionEvent withPrivacy(Privacy settings, Instant now) {
        return PrivacyRules.apply(this, settings, now);
    }

    /** Returns when the consent was read; null if unknown. */
    @Nullable
    Instant consentTime() {
        return consentTime;
    }

    /** Returns the values that are sent. Do not change them. */
    EventDraft draft() {
        return draft;
    }

    /** Returns the same event with another consent. */
    ConversionEvent with(Visit.Consent newConsent, String reason) {
        return new ConversionEvent(this, draft, newConsent, reason);
    }

    /** Returns the same event with other values, which may be sent. */
    ConversionEvent with(EventDraft values, String reason) {
        return new ConversionEvent(this, values, Visit.Consent.GRANTED, reason);
    }

    /** Shows the name, the id and the problems. It shows no value of the customer or the visit. */
    @Override
    public String toString() {
        return "ConversionEvent[" + (isValidName() ? name : "unknown event") + " " + id + ", problems=" + problems
                + "]";
    }

    private boolean isValidName() {
        return advertiserDefined ? AdvertiserEvents.problem(name).isEmpty() : EventNames.isKnown(name);
    }

    /**
     * The settings for how much of an event is stored and sent, and for how long a visit counts. They are applied once,
     * before the event is stored, so the outbox never contains what they leave out:
     *
     * <pre>{@code
     * EpikClient.builder(mode, account, outbox)
     *         .privacy(Privacy.defaults().withPageUrl(PageUrl.ORIGIN).withItemNames(false))
     * }</pre>
     *
     * <p>They do not change {@link ConversionEvent#browserTag()}, nor {@link Visit#toText()}. Immutable.
     */
    public static final class Privacy {
        private static final Privacy DEFAULTS =
                new Privacy(PageUrl.FULL, true, true, Duration.ofDays(180), UsOptOut.DROP);

        private final PageUrl pageUrl;
        private final boolean itemNames;
        private final boolean searchString;
        private final Duration maxVisitAge;
        private final UsOptOut usOptOut;

        private Privacy(
                PageUrl pageUrl, boolean itemNames, boolean searchString, Duration maxVisitAge, UsOptOut usOptOut) {
            this.pageUrl = pageUrl;
            this.itemNames = itemNames;
            this.searchString = searchString;
            this.maxVisitAge = maxVisitAge;
            this.usOptOut = usOptOut;
        }

        /** The part of the page's URL that is sent. */
        public enum PageUrl {
            /** Scheme, host, path, {@code epik} and {@code utm_*}. */
            FULL,
            /** Scheme and host, such as {@code https://shop.example/}. */
            ORIGIN,
            /** Nothing. Pinterest does not require the URL. */
            OFF
        }

        /** The treatment of an event whose visitor opted out under the law of a US state. */
        public enum UsOptOut {
            /** It is not stored. */
            DROP,
            /**
             * It is sent with Pinterest's Limited Data Processing and without its click id, if all of this holds:
             *
             * <ul>
             *   <li>The denial is an opt-out: its reason is {@link Visit#SEC_GPC} or {@link Visit#US_PRIVACY}. Any
             *       other denial, such as that of a banner, is never sent.
             *   <li>The customer's country is the US, and the customer's state has a privacy law: CA, CO, CT, DE, IA,
             *       IN, KY, MD, MN, MT, NE, NH, NJ, OR, RI, TN, TX, UT or VA.
             * </ul>
             */
            LDP
        }

        /** Returns the defaults: everything is sent, a visit counts for 180 days, and opt-outs are not stored. */
        public static Privacy defaults() {
            return DEFAULTS;
        }

        /** Sets how much of the page's URL is sent; {@link PageUrl#FULL} by default. */
        public Privacy withPageUrl(PageUrl detail) {
            return new Privacy(
                    Objects.requireNonNull(detail, "pageUrl"), itemNames, searchString, maxVisitAge, usOptOut);
        }

        /**
         * Sets whether the names of items and {@code contentName} are sent; true by default. Ids, categories and brands
         * are always sent if the event has them.
         */
        public Privacy withItemNames(boolean sent) {
            return new Privacy(pageUrl, sent, searchString, maxVisitAge, usOptOut);
        }

        /** Sets whether the text of a search is sent; true by default. */
        public Privacy withSearchString(boolean sent) {
            return new Privacy(pageUrl, itemNames, sent, maxVisitAge, usOptOut);
        }

        /**
         * Sets the age from which a visit's consent counts as unknown, so that the event is not stored; 180 days by
         * default, for which the visitor's browser remembers the answer too. From 1 minute to 10 years; a value outside
         * of this range is set to the nearest end of it. The age is the time from {@link Visit#consentTime()} to the
         * submit. A visit without that time is not too old.
         */
        public Privacy withMaxVisitAge(Duration age) {
            return new Privacy(pageUrl, itemNames, searchString, DurationSetting.MAX_VISIT_AGE.clamp(age), usOptOut);
        }

        /** Sets what happens to the event of a visitor who opted out in the US; {@link UsOptOut#DROP} by default. */
        public Privacy withUsOptOut(UsOptOut what) {
            return new Privacy(pageUrl, itemNames, searchString, maxVisitAge, Objects.requireNonNull(what, "usOptOut"));
        }

        PageUrl pageUrl() {
            return pageUrl;
        }

        boolean sendsItemNames() {
            return itemNames;
        }

        boolean sendsSearchString() {
            return searchString;
        }

        Duration maxVisitAge() {
            return maxVisitAge;
        }

        UsOptOut usOptOut() {
            return usOptOut;
        }

        /** Returns whether all values of an event are sent. */
        boolean isComplete() {
            return pageUrl == PageUrl.FULL && itemNames && searchString;
        }

        @Override
        public String toString() {
            return "Privacy[pageUrl=" + pageUrl + ", itemNames=" + itemNames + ", searchString=" + searchString
                    + ", maxVisitAge=" + maxVisitAge + ", usOptOut=" + usOptOut + "]";
        }
    }

    /** Collects the values of an event. In every method null means that the value is unknown. Not thread-safe. */
    public static final class Builder {
        final EventDraft draft;
        private Visit visit = Visit.NONE;

        private Builder(@Nullable String name, @Nullable String id) {
            this(name, id, false);
        }

        private Builder(@Nullable String name, @Nullable String id, boolean advertiserDefined) {
            this.draft = new EventDraft(name == null ? "" : name, id == null ? "" : id, advertiserDefined);
        }

        /**
         * Sets what precedes the event id, so that the orders 1001 of two shops with one ad account are two sales.
         * Empty by default. Spaces at its beginning are removed with a warning.
         */
        public Builder idPrefix(@Nullable String shop) {
            String given = shop == null ? "" : shop;
            draft.idPrefix = given.stripLeading();
            draft.notePadding("idPrefix", given, draft.idPrefix);
            return this;
        }

        /**
         * Sets the visit that led to the event. Without one, and for null, the consent is unknown, and there is no
         * click id and no IP address.
         */
        public Builder visit(@Nullable Visit theVisit) {
            visit = theVisit == null ? Visit.NONE : theVisit;
            draft.clickId = visit.clickId();
            draft.ip = visit.ip();
            draft.userAgent = visit.userAgent();
            draft.pageUrl = visit.pageUrl();
            draft.invalidVisitFields = visit.invalidFields();
            return this;
        }

        /** Sets the buyer; {@link Customer#unknown()} by default and for null. */
        public Builder customer(@Nullable Customer buyer) {
            Customer known = buyer == null ? Customer.unknown() : buyer;
            draft.hashes = known.hashes;
            draft.partnerId = known.partnerId;
            draft.customerWarnings = known.warnings;
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
         * Sets the total, ideally without tax and shipping. A negative amount, and one of over 15 digits, is an error.
         * An amount with over 6 decimals is rounded with a warning.
         *
         * @param major the amount in major units, as on the bill: 72.39; never micro-units, and never made from a
         *     {@code double}
         * @param isoCurrency the code of ISO 4217, such as {@code EUR}; for null Pinterest assumes the currency of the
         *     ad account
         */
        public Builder value(@Nullable BigDecimal major, @Nullable String isoCurrency) {
            draft.value = major;
            String code = text("currency", isoCurrency);
            draft.currency = code == null ? null : code.toUpperCase(Locale.ROOT);
            return this;
        }

        /** Adds an item; see {@link Item#of}. */
        public Builder item(String productId, int quantity, @Nullable BigDecimal price) {
            return item(Item.of(productId, quantity, price));
        }

        /** Adds an item. Null adds nothing. */
        public Builder item(@Nullable Item item) {
            if (item != null) {
                draft.items.add(item.toLine());
            }
            return this;
        }

        /** Adds the id of a product or page. By default the ids of the items are sent. */
        public Builder contentId(@Nullable String id) {
            String clean = text("contentIds", id);
            if (clean != null) {
                draft.contentIds = EventDraft.with(draft.contentIds, clean);
            }
            return this;
        }

        /** Sets the name of the page or product; unknown by default. */
        public Builder contentName(@Nullable String contentsName) {
            draft.contentName = text("contentName", contentsName);
            return this;
        }

        /** Sets the category of the page or product; unknown by default. */
        public Builder contentCategory(@Nullable String category) {
            draft.contentCategory = text("contentCategory", category);
            return this;
        }

        /** Sets the brand of the page or product; unknown by default. */
        public Builder contentBrand(@Nullable String brand) {
            draft.contentBrand = text("contentBrand", brand);
            return this;
        }

        /** Sets the number of pieces; by default the sum of the items' quantities. A number below 1 is left out. */
        public Builder numItems(@Nullable Long pieces) {
            draft.numItems = pieces;
            return this;
        }

        /**
         * Sets the amount that this customer will probably spend, in major units of the event's currency; unknown by
         * default. An invalid amount is left out with a warning.
         */
        public Builder predictedLtv(@Nullable BigDecimal major) {
            draft.predictedLtv = major;
            return this;
        }

        /** Sets the order number; by default that of a checkout, otherwise none. */
        public Builder orderId(@Nullable String orderNumber) {
            String given = orderNumber == null ? "" : orderNumber;
            draft.notePadding("orderId", given, Text.stripped(given));
            draft.orderId = text("orderId", orderNumber);
            return this;
        }

        /** Sets what the visitor searched for; unknown by default. It is sent unhashed. */
        public Builder searchString(@Nullable String search) {
            draft.searchString = text("searchString", search);
            return this;
        }

        /**
         * Sets when the event happened; by default when {@link #build()} is called. Pinterest counts an event that is
         * over an hour old as offline. A time before 2010 or in the future is an error.
         */
        public Builder time(@Nullable Instant when) {
            draft.time = when;
            return this;
        }

        /** Sets where the event happened; {@link ActionSource#WEB} by default and for null. */
        public Builder actionSource(@Nullable ActionSource source) {
            draft.source = switch (source == null ? ActionSource.WEB : source) {
                case WEB -> EventDraft.Source.WEB;
                case OFFLINE -> EventDraft.Source.OFFLINE;
                case APP_ANDROID -> EventDraft.Source.APP_ANDROID;
                case APP_IOS -> EventDraft.Source.APP_IOS;
            };
            return this;
        }

        /** Sets the app in which the event happened; {@link AppInfo#unknown()} by default and for null. */
        public Builder app(@Nullable AppInfo info) {
            draft.app = (info == null ? AppInfo.unknown() : info).fields;
            return this;
        }

        /** Sets the device on which the event happened; {@link DeviceInfo#unknown()} by default and for null. */
        public Builder device(@Nullable DeviceInfo info) {
            draft.device = (info == null ? DeviceInfo.unknown() : info).fields;
            return this;
        }

        /**
         * Sets the language of the visitor by ISO 639-1, such as {@code de}; unknown by default. Anything but two
         * letters is left out with a warning.
         */
        public Builder language(@Nullable String code) {
            String clean = text("language", code);
            draft.language = clean == null ? null : clean.toLowerCase(Locale.ROOT);
            return this;
        }

        /**
         * Sets whether the event reports that the visitor opted out of tracking; false by default. Without consent the
         * event is not sent at all.
         */
        public Builder optOut(boolean yes) {
            draft.optOut = yes;
            return this;
        }

        /**
         * Sets whether Pinterest's Limited Data Processing applies, which the laws of some US states require; false by
         * default. It needs the customer's state and country. An opt-out of the visitor sets it only with
         * {@link Privacy.UsOptOut#LDP}.
         */
        public Builder limitedDataProcessing(boolean yes) {
            draft.limitedDataProcessing = yes;
            return this;
        }

        /** Sets {@code ss-} and your name, if your software sends events for others; none by default. */
        public Builder partnerName(@Nullable String sender) {
            draft.partnerName = text("partnerName", sender);
            return this;
        }

        /** Sets the ids that Pinterest gave you for an external measurement; none by default. */
        public Builder externalMeasurement(@Nullable String id, long vendorId) {
            draft.measurementId = text("externalMeasurement", id);
            draft.measurementVendor = vendorId;
            return this;
        }

        private @Nullable String text(String field, @Nullable String raw) {
            String clean = Text.clean(raw);
            if (clean == null && Text.isPlaceholder(raw)) {
                draft.placeholderFields = EventDraft.with(draft.placeholderFields, field);
            }
            return clean;
        }

        /** Checks the values and returns the event, with its problems. Never throws because of invalid values. */
        public ConversionEvent build() {
            return new ConversionEvent(draft.copy(), visit, Instant.now());
        }
    }
}
