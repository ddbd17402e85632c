// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.testing.PublishedSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks all 22 events and every field, also against Pinterest's own OpenAPI document if it is given. */
class EveryEventTest {
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0")
            .withPageUrl("https://shop.example/thank-you");

    private static final AppInfo APP = AppInfo.unknown()
            .withId("1234")
            .withName("Fern & Clay")
            .withPackageName("example.shop.app")
            .withStore("play")
            .withVersion("1.2.3")
            .withInstallTime(Instant.parse("2026-11-01T10:00:00Z"))
            .withUserAgent("Mozilla/5.0 (Linux; Android 15)")
            .withWindow(1080, 2400);

    private static final DeviceInfo DEVICE = DeviceInfo.unknown()
            .withBrand("Fairphone")
            .withModel("FP5")
            .withType("phone")
            .withCarrier("Drei")
            .withFormFactor(DeviceInfo.FormFactor.CELLPHONE)
            .withNetworkType(DeviceInfo.NetworkType.CELLULAR_5G)
            .withOsFamily(DeviceInfo.OsFamily.ANDROID)
            .withOsName("Android")
            .withOsReleaseName("Vanilla Ice Cream")
            .withOsVersion("15")
            .withKernelVersion("6.6")
            .withLocale("de-AT")
            .withLanguages(List.of("de", "EN"))
            .withTimezone("Europe/Vienna")
            .withTimezoneAbbreviation("CET")
            .withBatteryLevel(80)
            .withCpuCores(8)
            .withScreen(1224, 2700)
            .withScreenDensity(460)
            .withStorage(256, 100)
            .withExternalStorage(0, 0);

    /** A key reserved for Pinterest, and older keys for what app_info and device_info contain. */
    private static final Set<String> NEVER_WRITTEN = Set.of(
            "custom_data.np",
            "app_id",
            "app_name",
            "app_version",
            "device_brand",
            "device_carrier",
            "device_model",
            "device_type",
            "os_version",
            "wifi");

    private static List<ConversionEvent.Builder> all() {
        return List.of(
                ConversionEvent.checkout("1001"),
                ConversionEvent.addToCart("e-2"),
                ConversionEvent.addToWishlist("e-3"),
                ConversionEvent.initiateCheckout("e-4"),
                ConversionEvent.addPaymentInfo("e-5"),
                ConversionEvent.pageVisit("e-6"),
                ConversionEvent.viewContent("e-7"),
                ConversionEvent.viewCategory("e-8", "Cups"),
                ConversionEvent.search("e-9", "blue cup"),
                ConversionEvent.watchVideo("e-10"),
                ConversionEvent.lead("e-11"),
                ConversionEvent.signup("e-12"),
                ConversionEvent.subscribe("e-13"),
                ConversionEvent.startTrial("e-14"),
                ConversionEvent.contact("e-15"),
                ConversionEvent.schedule("e-16"),
                ConversionEvent.submitApplication("e-17"),
                ConversionEvent.customizeProduct("e-18"),
                ConversionEvent.findLocation("e-19"),
                ConversionEvent.appInstall("e-20", ActionSource.APP_IOS, APP),
                ConversionEvent.appOpen("e-21", ActionSource.APP_ANDROID, APP),
                ConversionEvent.custom("e-22"));
    }

    private static ConversionEvent.Builder filled(ConversionEvent.Builder draft) {
        return draft.visit(VISIT)
                .customer(everything())
                .value(new BigDecimal("72.39"), "EUR")
                .predictedLtv(new BigDecimal("300"))
                .orderId("1001")
                .item(Item.of("sku-7", 2, new BigDecimal("19.99"))
                        .withName("Cup")
                        .withCategory("Kitchen")
                        .withBrand("Mug & Co")
                        .withBrandId("brand-3"))
                .contentId("sku-7")
                .contentName("Cups")
                .contentCategory("Kitchen")
                .contentBrand("Mug & Co")
                .searchString("cup")
                .numItems(2L)
                .language("DE")
                .optOut(true)
                .limitedDataProcessing(true)
                .partnerName("ss-fernandclay")
                .externalMeasurement("m-1", 7)
                .app(APP)
                .device(DEVICE);
    }

    private static Customer everything() {
        return Customer.builder()
                .email("jane@shop.example")
                .phone("+1 555 010 9999")
                .firstName("Jane")
                .lastName("Doe")
                .gender("f")
                .birthDate("1990-02-28")
                .city("Zürich")
                .state("CA")
                .zip("10115")
                .country("US")
                .externalId("c-42")
                .gaid("cdda802e-fb9c-47ad-9866-0794d394c912")
                .partnerId("XY1234")
                .build();
    }

    private static JsonNode sent(ConversionEvent event) throws Exception {
        assertEquals(List.of(), event.errors(), event::toString);
        PublishedSchema.check("{\"data\":[" + event.json() + "]}");
        return new ObjectMapper().readTree(event.json());
    }

    static Stream<ConversionEvent.Builder> events() {
        return all().stream();
    }

    @ParameterizedTest
    @MethodSource("events")
    void sendsEveryEventWithAllFieldsAndWithTheFewest(ConversionEvent.Builder draft) throws Exception {
        JsonNode few = sent(
                draft.customer(Customer.builder().email("jane@shop.example")).build());
        assertTrue(EventNames.isKnown(few.path("event_name").asText()));
        JsonNode all = sent(filled(draft).build());
        assertEquals(few.path("event_name"), all.path("event_name"));
        assertEquals(few.path("event_id"), all.path("event_id"));
    }

    @Test
    void hasAMethodForEachEvent() {
        Set<String> names = new TreeSet<>();
        all().forEach(draft -> names.add(draft.build().name()));
        assertEquals(new TreeSet<>(EventNames.ALL), names);
        assertEquals(22, names.size());
    }

    @Test
    void writesEveryPublishedKeyExceptThoseNeverWritten() throws Exception {
        Set<String> published = new TreeSet<>();
        PublishedSchema.paths().forEach(path -> published.add(path.replaceAll(":.*", "")));
        if (published.isEmpty()) {
            return; // the document is not given
        }
        Set<String> written = new TreeSet<>(NEVER_WRITTEN);
        collect("", sent(filled(ConversionEvent.checkout("1001")).build()), written);
        assertEquals(published, written);
    }

    private static void collect(String prefix, JsonNode node, Set<String> found) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String path = prefix + field.getKey();
            found.add(path);
            JsonNode value = field.getValue();
            boolean objects = value.isArray() && value.path(0).isObject();
            collect(path + (objects ? "[]." : "."), objects ? value.path(0) : value, found);
        }
    }

    @Test
    void methodsTakeWhatTheirEventNeeds() throws Exception {
        Customer jane = Customer.builder().email("jane@shop.example").build();
        JsonNode search =
                sent(ConversionEvent.search("1", "blue cup").customer(jane).build());
        assertEquals("blue cup", search.at("/custom_data/search_string").asText());
        JsonNode category =
                sent(ConversionEvent.viewCategory("1", "Cups").customer(jane).build());
        assertEquals("Cups", category.at("/custom_data/content_category").asText());
        JsonNode install = sent(ConversionEvent.appInstall("1", ActionSource.APP_IOS, APP)
                .customer(jane)
                .build());
        assertEquals("app_ios", install.path("action_source").asText());
        assertEquals("1234", install.at("/app_info/app_id").asText());
        ConversionEvent web = ConversionEvent.appInstall("1", ActionSource.WEB, APP)
                .customer(jane)
                .build();
        assertEquals("actionSource", web.errors().get(0).field());
    }

    @Test
    void warnsOfLimitedDataProcessingWithoutStateAndCountry() throws Exception {
        ConversionEvent.Builder draft =
                ConversionEvent.checkout("1").visit(VISIT).limitedDataProcessing(true);
        ConversionEvent without =
                draft.customer(Customer.builder().email("jane@shop.example")).build();
        assertEquals(
                List.of("limitedDataProcessing"),
                without.warnings().stream().map(Problem::field).toList());
        JsonNode json = sent(draft.customer(everything()).build());
        assertEquals("LDP", json.at("/custom_data/opt_out_type").asText());
        assertTrue(json.at("/user_data/st").isArray()
                && json.at("/user_data/country").isArray());
    }

    @Test
    void leavesOutFieldsBeyondTheirLimitsWithAWarning() throws Exception {
        DeviceInfo device = DeviceInfo.unknown()
                .withBrand("x".repeat(101))
                .withBatteryLevel(101)
                .withScreen(-1, 100)
                .withTimezoneAbbreviation("SUMMER")
                .withLanguages(List.of("german"))
                .withModel("FP5");
        AppInfo app = AppInfo.unknown()
                .withId("x".repeat(201))
                .withWindow(30_721, 1)
                .withInstallTime(Instant.EPOCH.minusSeconds(1));
        ConversionEvent event =
                filled(ConversionEvent.custom("1")).app(app).device(device).build();
        assertEquals("{\"window_height\":1}", sent(event).path("app_info").toString());
        assertEquals(
                "{\"screen_height\":100,\"model\":\"FP5\"}",
                sent(event).path("device_info").toString());
        assertEquals(
                List.of(
                        "app.id",
                        "app.window",
                        "app.installTime",
                        "device.brand",
                        "device.batteryLevel",
                        "device.screen",
                        "device.timezoneAbbreviation",
                        "device.languages"),
                event.warnings().stream().map(Problem::field).toList());
    }
}
