// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import dev.epik.capi.event.ActionSource;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Item;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.Visit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An event that was read from the raw format, in which a shop's systems write personal data unhashed. Pure functions.
 * No problem quotes a value.
 *
 * @param problems the problems of reading the event and of the event itself, errors first. Fields have the names of the
 *     raw format
 */
public record RawEvent(ConversionEvent event, List<Problem> problems) {
    /** The event names that Pinterest accepts. */
    public static final Set<String> EVENT_NAMES =
            names("add_payment_info add_to_cart add_to_wishlist app_install app_open checkout contact"
                    + " custom customize_product find_location initiate_checkout lead page_visit schedule search signup start_trial"
                    + " submit_application subscribe view_category view_content watch_video");

    static final Set<String> KEYS = names("event_name event_time event_id action_source event_source_url opt_out"
            + " limited_data_processing language user value currency order_id items content_ids content_name content_category"
            + " content_brand num_items search_string");

    private static final String ITEM_LEFT_OUT = " The item is left out.";

    private static final Set<String> ITEM_KEYS = names("id price quantity name category brand brand_id");

    /**
     * The hashed fields by key. Each one has a second key for values that are hashed already, such as
     * {@code email_sha256}.
     */
    private static final Map<String, BiFunction<Customer.Builder, String, Customer.Builder>> HASHED = hashed();

    static final Set<String> USER_KEYS = userKeys();

    /** Returns whether there are no errors; there may be warnings. */
    public boolean isValid() {
        return problems.stream().noneMatch(Problem::isError);
    }

    /** Reads a line of JSON. Never throws: an invalid line becomes an event with an error. */
    static RawEvent ofJson(String line) {
        return ofJson(line, Map.of(), Set.of());
    }

    /**
     * Reads a line of JSON.
     *
     * @param defaults values of keys that the line does not have
     * @param advertiserEvents the names of the advertiser-defined events
     */
    static RawEvent ofJson(String line, Map<String, String> defaults, Set<String> advertiserEvents) {
        try {
            Map<String, Object> json = RawJson.object(line);
            defaults.forEach(json::putIfAbsent);
            return of(json, advertiserEvents);
        } catch (RawJson.InvalidJsonException e) {
            return unreadable(e.reason());
        }
    }

    /** Returns an empty event with one error. */
    static RawEvent unreadable(String reason) {
        ConversionEvent nothing = ConversionEvent.named("", "").build();
        return new RawEvent(nothing, List.of(new Problem(Problem.Severity.ERROR, "", reason)));
    }

    /** @param advertiserEvents the names of the advertiser-defined events */
    static RawEvent of(Map<String, Object> json, Set<String> advertiserEvents) {
        List<Problem> problems = new ArrayList<>();
        RawValues raw = new RawValues("", json, problems);
        raw.warnOfUnknownKeys(KEYS);
        RawValues user = raw.object("user");
        user.warnOfUnknownKeys(USER_KEYS);
        String orderId = raw.text("order_id");
        String id = raw.requiredText("event_id");
        String name = raw.requiredText("event_name");
        String eventId = id == null && isCheckout(json) ? orderId : id;
        ConversionEvent.Builder draft = (name != null && advertiserEvents.contains(name)
                        ? ConversionEvent.advertiserDefined(name, eventId)
                        : ConversionEvent.named(name, eventId))
                .time(raw.time("event_time"))
                .visit(visit(raw, user))
                .customer(customer(user, isFrom(json, ActionSource.APP_IOS), isFrom(json, ActionSource.APP_ANDROID)))
                .value(raw.amount("value"), raw.requiredText("currency"))
                .orderId(orderId)
                .contentName(raw.text("content_name"))
                .contentCategory(raw.text("content_category"))
                .contentBrand(raw.text("content_brand"))
                .searchString(raw.text("search_string"))
                .numItems(raw.whole("num_items", RawValues.LEFT_OUT))
                .language(raw.text("language"))
                .actionSource(actionSource(raw))
                .optOut(Boolean.TRUE.equals(raw.flag("opt_out")))
                .limitedDataProcessing(Boolean.TRUE.equals(raw.flag("limited_data_processing")));
        raw.texts("content_ids").forEach(draft::contentId);
        for (RawValues item : raw.objects("items")) {
            item.warnOfUnknownKeys(ITEM_KEYS);
            draft.item(item(item));
        }
        if (raw.isEmpty("event_time")) {
            raw.addWarning("event_time", "is missing: the current time is used");
        }
        return whole(draft.build(), problems);
    }

    private static RawEvent whole(ConversionEvent event, List<Problem> found) {
        boolean userUnreadable =
                found.stream().anyMatch(p -> p.isError() && p.field().startsWith("user"));
        List<Problem> all = new ArrayList<>(found);
        for (Problem problem : event.problems()) {
            Problem renamed = new Problem(problem.severity(), RawFieldNames.of(problem.field()), problem.message());
            boolean isConsequence = userUnreadable && renamed.field().equals("user");
            if (!isConsequence) {
                all.add(renamed);
            }
        }
        all.sort(java.util.Comparator.comparing(Problem::severity));
        return new RawEvent(event, List.copyOf(all));
    }

    private static Visit visit(RawValues raw, RawValues user) {
        return Visit.of(Visit.Consent.GRANTED, "the file")
                .withClickId(user.text("click_id"))
                .withIp(user.text("ip"))
                .withUserAgent(user.text("user_agent"))
                .withPageUrl(raw.text("event_source_url"));
    }

    private static Customer customer(RawValues user, boolean ios, boolean android) {
        Customer.Builder customer = Customer.builder().partnerId(user.text("partner_id"));
        for (Map.Entry<String, BiFunction<Customer.Builder, String, Customer.Builder>> field : HASHED.entrySet()) {
            for (String value : user.texts(field.getKey())) {
                boolean maid = field.getKey().equals("maid");
                if (maid && ios) {
                    customer.idfa(value);
                } else if (maid && android) {
                    customer.gaid(value);
                } else {
                    var unused = field.getValue().apply(customer, value);
                }
            }
        }
        return customer.build();
    }

    /** Returns an item; null if it is left out. */
    private static @Nullable Item item(RawValues item) {
        Long quantity = item.whole("quantity", ITEM_LEFT_OUT);
        if (quantity != null && quantity != quantity.intValue()) {
            item.addWarning("quantity", "is too large." + ITEM_LEFT_OUT);
            return null;
        }
        if (quantity == null && !item.isEmpty("quantity")) {
            return null;
        }
        String id = item.text("id");
        return Item.of(id == null ? "" : id, quantity == null ? 1 : quantity.intValue(), item.price("price"))
                .withName(item.text("name"))
                .withCategory(item.text("category"))
                .withBrand(item.text("brand"))
                .withBrandId(item.text("brand_id"));
    }

    private static @Nullable ActionSource actionSource(RawValues raw) {
        String text = raw.requiredText("action_source");
        if (text == null || text.isBlank()) {
            return null;
        }
        for (ActionSource source : ActionSource.values()) {
            if (wire(source).equals(text.strip())) {
                return source;
            }
        }
        raw.addError("action_source", "is invalid: it must be web, offline, app_android or app_ios");
        return null;
    }

    private static boolean isCheckout(Map<String, Object> json) {
        return "checkout".equals(json.get("event_name"));
    }

    private static boolean isFrom(Map<String, Object> json, ActionSource source) {
        return wire(source).equals(json.get("action_source"));
    }

    private static String wire(ActionSource source) {
        return source.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, BiFunction<Customer.Builder, String, Customer.Builder>> hashed() {
        Map<String, BiFunction<Customer.Builder, String, Customer.Builder>> fields = new LinkedHashMap<>();
        fields.put("email", Customer.Builder::email);
        fields.put("email_sha256", Customer.Builder::emailSha256);
        fields.put("phone", Customer.Builder::phone);
        fields.put("phone_sha256", Customer.Builder::phoneSha256);
        fields.put("first_name", Customer.Builder::firstName);
        fields.put("first_name_sha256", Customer.Builder::firstNameSha256);
        fields.put("last_name", Customer.Builder::lastName);
        fields.put("last_name_sha256", Customer.Builder::lastNameSha256);
        fields.put("gender", Customer.Builder::gender);
        fields.put("gender_sha256", Customer.Builder::genderSha256);
        fields.put("birth_date", Customer.Builder::birthDate);
        fields.put("birth_date_sha256", Customer.Builder::birthDateSha256);
        fields.put("city", Customer.Builder::city);
        fields.put("city_sha256", Customer.Builder::citySha256);
        fields.put("state", Customer.Builder::state);
        fields.put("state_sha256", Customer.Builder::stateSha256);
        fields.put("zip", Customer.Builder::zip);
        fields.put("zip_sha256", Customer.Builder::zipSha256);
        fields.put("country", Customer.Builder::country);
        fields.put("country_sha256", Customer.Builder::countrySha256);
        fields.put("external_id", Customer.Builder::externalId);
        fields.put("external_id_sha256", Customer.Builder::externalIdSha256);
        fields.put("maid", Customer.Builder::maid);
        fields.put("maid_sha256", Customer.Builder::maidSha256);
        return fields;
    }

    private static Set<String> userKeys() {
        Set<String> keys = new TreeSet<>(HASHED.keySet());
        keys.addAll(names("click_id ip user_agent partner_id"));
        return keys;
    }

    private static Set<String> names(String separated) {
        return new LinkedHashSet<>(List.of(separated.split(" ", -1)));
    }
}
