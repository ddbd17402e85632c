// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values of the checkout form and their errors, by field. Only the email is required; the inspector shows how empty
 * fields affect matching.
 */
record CheckoutForm(Map<String, String> typed, Map<String, String> errors) {
    static final List<String> FIELDS =
            List.of("email", "phone", "first_name", "last_name", "city", "state", "zip", "country", "sku", "quantity");

    private static final int MAX_LENGTH = 200;
    private static final int MAX_QUANTITY = 20;
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    static CheckoutForm read(UnaryOperator<@Nullable String> parameter) {
        Map<String, String> typed = new LinkedHashMap<>();
        for (String field : FIELDS) {
            String value = parameter.apply(field);
            typed.put(field, value == null ? "" : value.strip());
        }
        return new CheckoutForm(typed, errors(typed));
    }

    private static Map<String, String> errors(Map<String, String> typed) {
        Map<String, String> errors = new LinkedHashMap<>();
        typed.forEach((field, value) -> {
            if (value.length() > MAX_LENGTH) {
                errors.put(field, "At most " + MAX_LENGTH + " characters.");
            }
        });
        check(
                typed,
                errors,
                "email",
                "[^@\\s]+@[^@\\s]+\\.[^@\\s]+",
                "Enter an email address, such as jane@example.com.");
        check(
                typed,
                errors,
                "phone",
                "|[+(]?\\d[\\d ()/.-]{5,24}",
                "Enter digits with the country code, such as +49 30 901820.");
        if (!upper(typed, "country").isEmpty() && !COUNTRIES.contains(upper(typed, "country"))) {
            errors.putIfAbsent("country", "Enter a two-letter country code, such as DE.");
        }
        if (Product.find(typed.getOrDefault("sku", "")).isEmpty()) {
            errors.put("sku", "Choose a product.");
        }
        if (!typed.getOrDefault("quantity", "").matches("\\d{1,2}")
                || quantity(typed) < 1
                || quantity(typed) > MAX_QUANTITY) {
            errors.put("quantity", "Enter a number from 1 to " + MAX_QUANTITY + ".");
        }
        return errors;
    }

    private static void check(
            Map<String, String> typed, Map<String, String> errors, String field, String pattern, String cure) {
        if (!typed.getOrDefault(field, "").matches(pattern)) {
            errors.putIfAbsent(field, cure);
        }
    }

    private static String upper(Map<String, String> typed, String field) {
        return typed.getOrDefault(field, "").toUpperCase(Locale.ROOT);
    }

    private static int quantity(Map<String, String> typed) {
        return Integer.parseInt(typed.getOrDefault("quantity", "0"));
    }

    boolean isValid() {
        return errors.isEmpty();
    }

    String text(String field) {
        return typed.getOrDefault(field, "");
    }

    /** Returns the quantity of a valid form. */
    int quantity() {
        return quantity(typed);
    }
}
