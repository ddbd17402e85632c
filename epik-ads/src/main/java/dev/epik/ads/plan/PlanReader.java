// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static dev.epik.ads.plan.Mistakes.quoted;

import dev.epik.ads.AdsException;
import dev.epik.ads.BillableEvent;
import dev.epik.ads.Money;
import dev.epik.ads.Objective;
import dev.epik.ads.rules.AdRules;
import dev.epik.capi.event.rules.EventNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the text of a plan file. All mistakes are found at once. Not thread-safe. */
final class PlanReader {
    private static final List<String> TOP = List.of("ad_account", "currency", "spend_limit", "audiences", "campaigns");
    private static final List<String> LIMIT =
            List.of("daily", "lifetime", "bid", "active_sum", "rise_percent", "allow_unusual_amounts");
    private static final List<String> STATUSES = List.of("PAUSED", "ACTIVE");
    private static final List<String> OBJECTIVES = Stream.of(Objective.values())
            .filter(Objective::isForNewCampaigns)
            .map(Objective::name)
            .toList();
    private static final List<String> OLD_OBJECTIVES = List.of("WEB_CONVERSION", "CATALOG_SALES");
    private static final List<String> GOALS = List.of(
            "checkout",
            "add_to_cart",
            "signup",
            "lead",
            "page_visit",
            "view_category",
            "search",
            "watch_video",
            "app_install",
            "custom");
    private static final List<String> BILLABLE_EVENTS =
            Stream.of(BillableEvent.values()).map(BillableEvent::name).toList();
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");
    private static final Pattern PIN_ID = Pattern.compile("[0-9]{1,25}");
    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z_]{1,49}");
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final Pattern LOCATION = Pattern.compile("[A-Z]{2}|[0-9]{1,10}");
    private static final Pattern ANY = Pattern.compile("(?s).*\\S.*");

    /** Spaces around a text and hidden characters, but those that join emoji and letters. */
    private static final Pattern HIDDEN = Pattern.compile(
            "^\\p{Z}|\\p{Z}$|[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\u200c\\u200d\\x{e0020}-\\x{e007f}]]");

    private static final String DIGITS = "is not an id: write its digits in quotes";
    private static final int MAX_NAME = 255;
    private static final int MAX_URL = 2000;

    private final Mistakes mistakes = new Mistakes();
    private String currency = "EUR";

    private PlanReader() {}

    /**
     * Returns the content of a file.
     *
     * @param file its name, for the message
     * @throws PlanFileException if it has mistakes: all of them
     */
    static PlanModel read(String file, String text) {
        PlanReader reader = new PlanReader();
        PlanModel model = null;
        try {
            if (YamlReader.read(text) instanceof YamlNode.Mapping root) {
                model = reader.model(new KeyedNode(root, "", "a plan", TOP, reader.mistakes));
            } else {
                reader.mistakes.add(1, "", "The file has no keys: write ad_account, currency and campaigns");
            }
        } catch (YamlReader.NotYaml e) {
            reader.mistakes.add(e.line(), "", String.valueOf(e.getMessage()));
        }
        List<PlanMistake> mistakes = reader.mistakes.sorted();
        if (model == null || !mistakes.isEmpty()) {
            throw new PlanFileException(file, mistakes);
        }
        return model;
    }

    private PlanModel model(KeyedNode root) {
        String account =
                root.matching("ad_account", ID, DIGITS, "\"549755885175\"").orElse("");
        if (!root.has("ad_account")) {
            root.wrong("ad_account", "is missing: write the id of the ad account in quotes");
        }
        root.matching(
                        "currency",
                        Pattern.compile("[A-Z]{3}"),
                        "is not a currency: use three letters, such as EUR",
                        "EUR")
                .ifPresent(word -> {
                    try {
                        currency = Money.ofMicros(0, word).currency();
                    } catch (AdsException e) {
                        root.wrong("currency", quoted(word) + ": " + e.getMessage());
                    }
                });
        if (!root.has("currency")) {
            root.wrong("currency", "is missing: write the currency of the ad account, such as EUR");
        }
        Optional<PlanModel.Limit> limit =
                root.child("spend_limit", "a spend limit", LIMIT).flatMap(this::limit);
        List<Wanted> audiences = audiences(root);
        List<Wanted> campaigns = new ArrayList<>();
        for (KeyedNode node : root.children("campaigns", "a campaign", PlanKind.CAMPAIGN.keys())) {
            campaigns.add(campaign(node));
        }
        if (!root.has("campaigns") && !root.has("audiences")) {
            root.wrong("campaigns", "is missing: a plan has campaigns or audiences");
        }
        new Uniqueness().check(campaigns);
        return new PlanModel(account, currency, limit, List.copyOf(audiences), List.copyOf(campaigns));
    }

    private Optional<PlanModel.Limit> limit(KeyedNode node) {
        Optional<Money> daily = node.money("daily", currency);
        if (!node.has("daily")) {
            node.wrong("daily", "is missing: a spend limit has at least the budget of a day of each campaign");
        }
        Optional<Money> lifetime = node.money("lifetime", currency);
        Optional<Money> bid = node.money("bid", currency);
        Optional<Money> sum = node.money("active_sum", currency);
        OptionalInt rise = node.number("rise_percent", 1, 1000);
        boolean unusual = node.flag("allow_unusual_amounts").orElse(false);
        return daily.map(amount -> new PlanModel.Limit(amount, lifetime, bid, sum, rise, unusual));
    }

    private List<Wanted> audiences(KeyedNode root) {
        List<Wanted> audiences = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        List<KeyedNode> nodes = root.children("audiences", "an audience", PlanKind.AUDIENCE.keys());
        for (KeyedNode node : nodes) {
            Wanted audience = audience(node);
            audiences.add(audience);
            String seed = audience.text("seed");
            if (!seed.isEmpty() && !names.containsKey(seed) && nodes.stream().anyMatch(each -> isNamed(each, seed))) {
                node.wrong("seed", quoted(seed) + " stands further down: put it before this audience");
            }
            Integer first = names.putIfAbsent(audience.name(), audience.line());
            if (first != null && !audience.name().isEmpty()) {
                node.wrong(
                        "name", quoted(audience.name()) + " is there twice, first in line " + first + ": rename one");
            }
        }
        return audiences;
    }

    private static boolean isNamed(KeyedNode node, String name) {
        return node.rawText("name").equals(name);
    }

    private Wanted audience(KeyedNode node) {
        Map<String, Object> values = new LinkedHashMap<>();
        String name = requiredName(node);
        Optional<String> type = node.word("type", List.of("visitors", "actalike"));
        if (!node.has("type")) {
            node.wrong("type", "is missing: use visitors or actalike");
        }
        type.ifPresent(word -> values.put("type", word));
        boolean isVisitors = type.orElse("").equals("visitors");
        List<String> others =
                isVisitors ? List.of("seed", "country", "percentage") : List.of("event", "retention_days", "tag");
        for (String key : type.isPresent() ? others : List.<String>of()) {
            if (node.has(key)) {
                node.wrong(key, "is not possible with the type " + type.get() + ": delete it");
            }
        }
        node.text("event", 100, "add_to_cart").ifPresent(event -> {
            if (EventNames.isKnown(event)) {
                values.put("event", event);
            } else {
                node.wrong("event", quoted(event) + " is not one of Pinterest's. " + EventNames.cure(event));
            }
        });
        node.number("retention_days", 1, 540).ifPresent(days -> values.put("retention_days", "" + days));
        node.matching("tag", ID, DIGITS, "\"2612345678901\"").ifPresent(tag -> values.put("tag", tag));
        node.text("seed", MAX_NAME, "\"Buyers\"").ifPresent(seed -> values.put("seed", seed));
        node.matching("country", COUNTRY, "is not a country: use two letters, such as DE", "DE")
                .ifPresent(country -> values.put("country", country));
        node.number("percentage", 1, 10).ifPresent(percentage -> values.put("percentage", "" + percentage));
        for (String key : type.isEmpty()
                ? List.<String>of()
                : isVisitors ? List.of("event") : List.of("seed", "country", "percentage")) {
            if (!node.has(key)) {
                node.wrong(key, "is missing: an audience of the type " + type.get() + " needs it");
            }
        }
        return new Wanted(PlanKind.AUDIENCE, node.line(), node.path(), Optional.empty(), name, values, List.of());
    }

    private static String requiredName(KeyedNode node) {
        if (!node.has("name")) {
            node.wrong("name", "is missing: write a name that is unique");
        }
        return newName(node);
    }

    /** Returns the name of something without an id, which the name identifies. */
    private static String newName(KeyedNode node) {
        Optional<String> name = node.text("name", MAX_NAME, "\"Autumn\"");
        if (name.isPresent() && HIDDEN.matcher(name.get()).find()) {
            node.wrong(
                    "name",
                    "begins or ends with a space, or has a character that cannot be seen, so it looks like another"
                            + " name: delete it");
        }
        return name.orElse("");
    }

    private Wanted campaign(KeyedNode node) {
        Map<String, Object> values = new LinkedHashMap<>();
        Optional<String> id = identity(node, values);
        List<String> objectives = new ArrayList<>(OBJECTIVES);
        if (id.isPresent()) {
            objectives.addAll(OLD_OBJECTIVES);
        } else if (OLD_OBJECTIVES.contains(node.rawText("objective"))) {
            node.wrong(
                    "objective",
                    "is one of Pinterest's old words, which only campaigns with an id can have:"
                            + " use SALES or LEADS");
            objectives.addAll(OLD_OBJECTIVES);
        }
        node.word("objective", objectives).ifPresent(word -> values.put("objective", word));
        budgets(node, values);
        node.flag("budget_on_ad_groups").ifPresent(flag -> values.put("budget_on_ad_groups", flag));
        node.flag("performance_plus").ifPresent(flag -> values.put("performance_plus", flag));
        times(node, values);
        boolean isOpen = node.flag("open_ended").orElse(false);
        if (isOpen && node.has("end")) {
            node.wrong("open_ended", "and end exclude each other: delete one of them");
        } else if (isOpen) {
            values.put("end", Wanted.OPEN_ENDED);
        }
        List<Wanted> groups = new ArrayList<>();
        for (KeyedNode child : node.children("ad_groups", "an ad group", PlanKind.AD_GROUP.keys())) {
            groups.add(adGroup(child));
        }
        return new Wanted(PlanKind.CAMPAIGN, node.line(), node.path(), id, name(node), values, List.copyOf(groups));
    }

    private Wanted adGroup(KeyedNode node) {
        Map<String, Object> values = new LinkedHashMap<>();
        Optional<String> id = identity(node, values);
        node.word("billable_event", BILLABLE_EVENTS).ifPresent(word -> values.put("billable_event", word));
        budgets(node, values);
        node.money("bid", currency).ifPresent(amount -> values.put("bid", text(amount)));
        node.word("conversion_event", GOALS).ifPresent(event -> values.put("conversion_event", event));
        node.matching("conversion_tag", ID, DIGITS, "\"2612345678901\"")
                .ifPresent(tag -> values.put("conversion_tag", tag));
        if (node.has("conversion_event") != node.has("conversion_tag")) {
            node.wrong(
                    node.has("conversion_event") ? "conversion_event" : "conversion_tag",
                    "needs the other one: write conversion_event and conversion_tag");
        }
        for (String key : List.of("include", "exclude")) {
            node.texts(key, ANY, "is empty: write the name of an audience", "[\"Buyers\"]")
                    .ifPresent(names -> values.put(key, names));
        }
        node.flag("auto_targeting").ifPresent(flag -> values.put("auto_targeting", flag));
        node.texts("locations", LOCATION, "is not a country: use two letters, such as DE", "[DE, AT]")
                .ifPresent(codes -> {
                    if (node.isEmptyList("locations")) {
                        node.wrong("locations", "is empty: name at least one country");
                    }
                    values.put("locations", codes);
                });
        node.texts("interests", ANY, "is empty: write the name of an interest", "[\"Home decor\"]")
                .ifPresent(names -> values.put("interests", names));
        times(node, values);
        List<Wanted> ads = new ArrayList<>();
        for (KeyedNode child : node.children("ads", "an ad", PlanKind.AD.keys())) {
            ads.add(ad(child));
        }
        return new Wanted(PlanKind.AD_GROUP, node.line(), node.path(), id, name(node), values, List.copyOf(ads));
    }

    private Wanted ad(KeyedNode node) {
        Map<String, Object> values = new LinkedHashMap<>();
        Optional<String> id = identity(node, values);
        node.matching("pin_id", PIN_ID, DIGITS, "\"813744226420795884\"").ifPresent(pin -> values.put("pin_id", pin));
        node.matching("creative_type", WORD, "is not one of Pinterest's words: use one such as REGULAR", "REGULAR")
                .ifPresent(word -> values.put("creative_type", word));
        node.text("destination_url", MAX_URL, "\"https://shop.example/vase\"").ifPresent(url -> {
            if (AdRules.isWebAddress(url)) {
                values.put("destination_url", url);
            } else {
                node.wrong("destination_url", quoted(url) + " is not the address of a page: begin it with https://");
            }
        });
        return new Wanted(PlanKind.AD, node.line(), node.path(), id, name(node), values, List.of());
    }

    private static String name(KeyedNode node) {
        return node.has("id") ? node.text("name", MAX_NAME, "\"Autumn\"").orElse("") : newName(node);
    }

    private static Optional<String> identity(KeyedNode node, Map<String, Object> values) {
        Optional<String> id = node.matching("id", ID, DIGITS, "\"626735565838\"");
        if (!node.has("name") && !node.has("id")) {
            node.wrong("name", "is missing: write a name that is unique, or the id");
        }
        if (node.rawText("status").equals("ARCHIVED")) {
            node.wrong("status", "ARCHIVED is not possible, because it cannot be undone: archive in Ads Manager");
        } else {
            node.word("status", STATUSES).ifPresent(word -> values.put("status", word));
        }
        return id;
    }

    private void budgets(KeyedNode node, Map<String, Object> values) {
        node.money("daily_budget", currency).ifPresent(amount -> values.put("daily_budget", text(amount)));
        node.money("lifetime_budget", currency).ifPresent(amount -> values.put("lifetime_budget", text(amount)));
        if (node.has("daily_budget") && node.has("lifetime_budget")) {
            node.wrong("lifetime_budget", "and daily_budget exclude each other: delete one of them");
        }
    }

    private static String text(Money amount) {
        return CurrentValues.canonical(amount.amount());
    }

    private static void times(KeyedNode node, Map<String, Object> values) {
        Optional<Instant> start = node.time("start");
        Optional<Instant> end = node.time("end");
        start.ifPresent(time -> values.put("start", time.toString()));
        end.ifPresent(time -> values.put("end", time.toString()));
        if (start.isPresent() && end.isPresent() && !end.get().isAfter(start.get())) {
            node.wrong("end", "is not after the start: change one of them");
        }
    }

    /** Finds names and ids that are there twice. */
    private final class Uniqueness {
        private final Map<String, Integer> ids = new HashMap<>();

        void check(List<Wanted> siblings) {
            Map<String, Wanted> names = new HashMap<>();
            Set<String> reported = new HashSet<>();
            for (Wanted wanted : siblings) {
                wanted.id().ifPresent(id -> {
                    Integer first = ids.putIfAbsent(wanted.kind() + id, wanted.line());
                    if (first != null) {
                        mistakes.add(
                                wanted.line(),
                                wanted.field() + ".id",
                                quoted(id) + " is there twice, first in line " + first + ": delete one of them");
                    }
                });
                Wanted same = wanted.name().isEmpty() ? null : names.putIfAbsent(wanted.name(), wanted);
                if (same != null && (same.id().isEmpty() || wanted.id().isEmpty()) && reported.add(wanted.name())) {
                    mistakes.add(
                            wanted.line(),
                            wanted.field() + ".name",
                            quoted(wanted.name()) + " is there twice, first in line " + same.line()
                                    + ": rename one, or write the ids of both");
                }
                check(wanted.children());
            }
        }
    }
}
