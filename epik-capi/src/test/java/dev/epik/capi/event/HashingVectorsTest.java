// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.capi.event.data.MatchKey;
import dev.epik.testing.VectorRow;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks each row of {@code vectors/hashing.json} by the methods that a shop calls. */
class HashingVectorsTest {
    static Stream<VectorRow> rows() {
        return VectorRow.of("hashing.json", "rows");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hashesAsTheTableStates(VectorRow row) {
        check(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hashesTheSameWithATurkishDefaultLocale(VectorRow row) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            check(row);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static void check(VectorRow row) {
        String field = row.json().path("field").asText();
        String input = row.json().path("input").asText();
        Customer customer = set(field, input);
        List<String> hashes =
                customer.hashes.list(MatchKey.valueOf(row.json().path("key").asText(key(field))));
        if (row.json().path("normal").isNull()) {
            assertEquals(List.of(), hashes);
            assertEquals(field, customer.problems().get(0).field());
            assertFalse(customer.problems().toString().contains(input.strip()), "a problem quotes the value");
        } else {
            String sha256 = row.json().path("sha256").asText();
            if (row.json().has("normal")) {
                assertEquals(Sha256.hex(row.json().path("normal").asText()), sha256, "the table");
            }
            assertEquals(List.of(sha256), hashes);
            assertEquals(
                    row.json().path("warned").asBoolean(),
                    !customer.problems().isEmpty(),
                    customer.problems().toString());
        }
    }

    private static String key(String field) {
        return field.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    private static Customer set(String field, String input) {
        Customer.Builder customer = Customer.builder();
        switch (field) {
            case "email" -> customer.email(input);
            case "phone" -> customer.phone(input);
            case "firstName" -> customer.firstName(input);
            case "lastName" -> customer.lastName(input);
            case "gender" -> customer.gender(input);
            case "birthDate" -> customer.birthDate(input);
            case "city" -> customer.city(input);
            case "state" -> customer.state(input);
            case "zip" -> customer.zip(input);
            case "country" -> customer.country(input);
            case "externalId" -> customer.externalId(input);
            case "idfa" -> customer.idfa(input);
            case "gaid" -> customer.gaid(input);
            case "maid" -> customer.maid(input);
            case "emailSha256" -> customer.emailSha256(input);
            case "phoneSha256" -> customer.phoneSha256(input);
            case "zipSha256" -> customer.zipSha256(input);
            default -> throw new IllegalArgumentException("no such field: " + field);
        }
        return customer.build();
    }

    @Test
    void ignoresNullAndBlank() {
        Customer customer = Customer.builder()
                .email(null)
                .phone("")
                .firstName("  ")
                .birthDate((LocalDate) null)
                .build();
        assertEquals("Customer[]", customer.toString());
        assertEquals(List.of(), customer.problems());
    }

    @Test
    void sendsTwoValuesOfOneFieldButEqualOnesOnce() {
        Customer customer = Customer.builder()
                .email("a@shop.example")
                .email("b@shop.example")
                .email("A@shop.example")
                .build();
        assertEquals(
                List.of(Sha256.hex("a@shop.example"), Sha256.hex("b@shop.example")),
                customer.hashes.list(MatchKey.EMAIL));
    }

    @Test
    void usingABuilderAgainDoesNotChangeTheCustomersThatItBuilt() {
        Customer.Builder builder = Customer.builder().email("a@shop.example");
        Customer before = builder.build();
        Customer after = builder.phone("+1 555 010 9999").build();
        assertEquals("Customer[EMAIL]", before.toString());
        assertEquals("Customer[EMAIL, PHONE]", after.toString());
    }
}
