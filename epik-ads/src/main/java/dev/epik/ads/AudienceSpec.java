// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import dev.epik.capi.event.rules.EventNames;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An audience to create, or a change of its name and its description.
 *
 * <pre>{@code
 * AudienceSpec.visitors("Added to cart", tagId, "add_to_cart").retentionDays(30)
 * AudienceSpec.actalike("Like our buyers", buyers.id(), "DE", 3)
 * }</pre>
 *
 * Immutable.
 */
public final class AudienceSpec {
    private static final int MAX_NAME_LENGTH = 255;
    private static final int MAX_RETENTION_DAYS = 540;
    private static final int MAX_PERCENTAGE = 10;

    private final Map<String, Object> fields;

    private AudienceSpec(Map<String, Object> fields) {
        this.fields = Collections.unmodifiableMap(fields);
    }

    /** Returns a change that changes nothing yet. */
    public static AudienceSpec change() {
        return new AudienceSpec(Map.of());
    }

    /**
     * Returns an audience of people of whom Pinterest got a conversion event. They stay 180 days, unless
     * {@link #retentionDays} is called.
     *
     * @param name 1 to 255 characters
     * @param tagId the id of the Pinterest tag of the website
     * @param event the event's name as in conversion events, such as {@code add_to_cart}. The name for audiences is
     *     made of it, such as {@code addtocart}: Pinterest publishes nine of these names, the others are written alike
     * @throws AdsException if a value is not valid
     */
    public static AudienceSpec visitors(String name, String tagId, String event) {
        if (!EventNames.isKnown(event)) {
            throw new AdsException("The event " + EventNames.cure(event));
        }
        return create(
                name,
                "VISITOR",
                Map.of("visitor_source_id", digits("The tag id", tagId), "event", EventNames.inTag(event)));
    }

    /**
     * Returns an audience of the people of a customer list. A list can be used only by such an audience.
     *
     * @throws AdsException if a value is not valid
     */
    public static AudienceSpec customerList(String name, String customerListId) {
        return create(
                name,
                "CUSTOMER_LIST",
                Map.of("customer_list_id", digits("The id of the customer list", customerListId)));
    }

    /**
     * Returns an audience of people who are like those of another one.
     *
     * @param seedAudienceId the id of the other audience
     * @param country two letters, such as {@code DE}
     * @param percentage how many percent of the country's users it has, from 1, most alike, to 10
     * @throws AdsException if a value is not valid
     */
    public static AudienceSpec actalike(String name, String seedAudienceId, String country, int percentage) {
        if (percentage < 1 || percentage > MAX_PERCENTAGE) {
            throw new AdsException("The percentage is 1 to 10, not " + percentage);
        }
        if (!List.of(Locale.getISOCountries()).contains(country)) {
            throw new AdsException("The country is not a code of ISO 3166: use its two letters, such as DE");
        }
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("seed_id", List.of(digits("The id of the audience to be like", seedAudienceId)));
        rule.put("country", country);
        rule.put("percentage", percentage);
        return create(name, "ACTALIKE", rule);
    }

    private static AudienceSpec create(String name, String type, Map<String, Object> rule) {
        return change().name(name).with("audience_type", type).with("rule", rule);
    }

    private static String digits(String what, String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw new AdsException(what + " has digits only");
        }
        return id;
    }

    /**
     * Sets the name.
     *
     * @param name 1 to 255 characters
     * @throws AdsException if it is empty or longer
     */
    public AudienceSpec name(String name) {
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new AdsException("The name of an audience has 1 to 255 characters, not " + name.length());
        }
        return with("name", name);
    }

    /** Sets the description, which only its owner sees. */
    public AudienceSpec description(String text) {
        return with("description", text);
    }

    /**
     * Sets for how many days a visitor stays in the audience.
     *
     * @param days 1 to 540
     * @throws AdsException if the number is not valid, or it is not an audience of visitors
     */
    public AudienceSpec retentionDays(int days) {
        if (days < 1 || days > MAX_RETENTION_DAYS) {
            throw new AdsException("The retention is 1 to 540 days, not " + days);
        }
        if (!"VISITOR".equals(fields.get("audience_type"))) {
            throw new AdsException("Only a new audience of visitors has a retention");
        }
        Map<String, Object> rule = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(fields.get("rule"))).forEach((key, value) -> rule.put((String) key, value));
        rule.put("retention_days", days);
        return with("rule", rule);
    }

    private AudienceSpec with(String field, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return new AudienceSpec(changed);
    }

    /** Returns the fields as Pinterest names them; unmodifiable. */
    public Map<String, Object> fields() {
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AudienceSpec spec && spec.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return "AudienceSpec" + Json.write(fields);
    }
}
