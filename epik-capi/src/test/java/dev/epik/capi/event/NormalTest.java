// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.capi.VectorRow;
import dev.epik.capi.event.Customer.MatchKey;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code vectors/hashing.json}, row by row, through the door that a shop uses. */
class NormalTest {
    static Stream<VectorRow> rows() {
        return VectorRow.of("hashing.json", "rows");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hashesAsTheTableSays(VectorRow row) {
        check(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hashesAlikeUnderATurkishDefaultLocale(VectorRow row) {
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
                customer.hashes(MatchKey.valueOf(row.json().path("key").asText(key(field))));
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
        Customer unknown = Customer.unknown();
        return switch (field) {
            case "email" -> unknown.email(input);
            case "phone" -> unknown.phone(input);
            case "firstName" -> unknown.firstName(input);
            case "lastName" -> unknown.lastName(input);
            case "gender" -> unknown.gender(input);
            case "birthDate" -> unknown.birthDate(input);
            case "city" -> unknown.city(input);
            case "state" -> unknown.state(input);
            case "zip" -> unknown.zip(input);
            case "country" -> unknown.country(input);
            case "externalId" -> unknown.externalId(input);
            case "idfa" -> unknown.idfa(input);
            case "gaid" -> unknown.gaid(input);
            case "maid" -> unknown.maid(input);
            case "emailSha256" -> unknown.emailSha256(input);
            case "phoneSha256" -> unknown.phoneSha256(input);
            case "zipSha256" -> unknown.zipSha256(input);
            default -> throw new IllegalArgumentException("no such field: " + field);
        };
    }

    @Test
    void nullAndBlankAreUnknownAndNoProblem() {
        Customer customer =
                Customer.unknown().email(null).phone("").firstName("  ").birthDate((LocalDate) null);
        assertEquals("Customer[]", customer.toString());
        assertEquals(List.of(), customer.problems());
    }

    @Test
    void twoValuesOfOneFieldAreBothSentAndTheSameOneOnce() {
        Customer customer = Customer.unknown()
                .email("a@shop.example")
                .email("b@shop.example")
                .email("A@shop.example");
        assertEquals(
                List.of(Sha256.hex("a@shop.example"), Sha256.hex("b@shop.example")), customer.hashes(MatchKey.EMAIL));
    }

    @Test
    void aCustomerIsNeverChanged() {
        Customer before = Customer.unknown().email("a@shop.example");
        Customer after = before.phone("+1 555 010 9999");
        assertEquals("Customer[EMAIL]", before.toString());
        assertEquals("Customer[EMAIL, PHONE]", after.toString());
    }
}
