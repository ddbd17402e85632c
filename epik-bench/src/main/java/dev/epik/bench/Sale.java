// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The raw data of a paid order: mixed case, spaces, a formatted phone number. There are 2,000 different buyers, so that
 * bodies compress as real ones do.
 */
public record Sale(
        String orderId,
        String email,
        String phone,
        String firstName,
        String lastName,
        String city,
        String state,
        String zip,
        String country,
        String clickId,
        String ip,
        String userAgent,
        String pageUrl,
        BigDecimal total,
        String currency,
        List<Item> items) {

    /** A line of the order. */
    public record Item(String productId, String name, String category, int quantity, BigDecimal price) {}

    private static final int BUYERS = 2_000;
    private static final String[] FIRST = {
        "Anna", "James", "María", "Oliver", "Emma", "Noah", "Zoë", "Lucas", "Mia", "Liam"
    };
    private static final String[] LAST = {"Smith", "Johnson", "García", "Brown", "Müller", "Davis", "Moore", "Clark"};
    private static final String[] CITY = {"San Francisco", "New York", "Austin", "Salt Lake City", "Portland"};
    private static final String[] STATE = {"CA", "NY", "TX", "UT", "OR"};
    private static final String[] PRODUCT = {"Linen shirt", "Oak side table", "Wool blanket", "Café cups, set of 4"};
    private static final String[] CATEGORY = {
        "Clothing > Shirts", "Furniture > Tables", "Home > Textiles", "Home > Kitchen"
    };
    private static final int ITEMS = 3;

    /**
     * Returns the sale with this number. It is the same at each call; sales with other numbers differ in the order id.
     */
    public static Sale of(int number) {
        int person = Math.floorMod(number * 7919, BUYERS);
        String first = FIRST[person % FIRST.length];
        String last = LAST[person / FIRST.length % LAST.length];
        int place = person % CITY.length;
        List<Item> items =
                IntStream.range(person, person + ITEMS).mapToObj(Sale::item).toList();
        return new Sale(
                id(number),
                String.format(Locale.ROOT, "Buyer.%04d@Example-%d.com ", person, person % 37),
                String.format(Locale.ROOT, "+1 (415) 555-%04d", person),
                first,
                " " + last,
                CITY[place],
                STATE[place],
                String.format(Locale.ROOT, "9%04d-1234", person),
                "US",
                String.format(
                        Locale.ROOT,
                        "dj0yJnU9%04dQ2xpY2tJZE9mQVZpc2l0b3JXaG9DYW1lRnJvbUFuQWQmcD0wJm49%04dWFub3RoZXImdD1BQUFBQUdkX2RF",
                        person,
                        number % 10_000),
                "203.0.113." + person % 256,
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0."
                        + person + " Safari/537.36",
                "https://shop.example/checkout/done?utm_source=pinterest&session=" + person,
                items.stream()
                        .map(item -> item.price().multiply(BigDecimal.valueOf(item.quantity())))
                        .reduce(BigDecimal.ZERO, BigDecimal::add),
                "EUR",
                items);
    }

    private static Item item(int number) {
        int product = number % PRODUCT.length;
        return new Item(
                "sku-" + number % 300,
                PRODUCT[product],
                CATEGORY[product],
                1 + number % 3,
                BigDecimal.valueOf(999 + number % 500, 2));
    }

    public List<String> productIds() {
        List<String> ids = new ArrayList<>();
        for (Item item : items) {
            ids.add(item.productId());
        }
        return ids;
    }

    public int pieces() {
        int pieces = 0;
        for (Item item : items) {
            pieces += item.quantity();
        }
        return pieces;
    }

    /** Returns the id by which a stub finds a sale in any format: {@code sale-} and eight digits. */
    public static String id(int number) {
        return String.format(Locale.ROOT, "sale-%08d", number);
    }

    /** Builds the event from the raw data. */
    public ConversionEvent event() {
        return event(customer()).build();
    }

    /** Returns the event before it is built, of this customer. */
    public ConversionEvent.Builder event(Customer customer) {
        ConversionEvent.Builder event = ConversionEvent.checkout(orderId)
                .value(total, currency)
                .visit(visit())
                .customer(customer);
        for (Item item : items) {
            event.item(new dev.epik.capi.event.Item(
                    item.productId(), item.quantity(), item.price(), item.name(), item.category(), null, null));
        }
        return event;
    }

    public Visit visit() {
        return Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId(clickId)
                .withIp(ip)
                .withUserAgent(userAgent)
                .withPageUrl(pageUrl);
    }

    public Customer customer() {
        return Customer.builder()
                .email(email)
                .phone(phone)
                .firstName(firstName)
                .lastName(lastName)
                .city(city)
                .state(state)
                .zip(zip)
                .country(country)
                .build();
    }
}
