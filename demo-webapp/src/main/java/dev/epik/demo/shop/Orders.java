// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The last 1,000 orders, in memory. Thread-safe. */
public final class Orders {
    private static final int MAX_ORDERS = 1000;
    private static final int PREFIX_BITS = 40;

    private final Map<String, Order> byNumber = bounded();
    private final Map<String, Order> byAttempt = bounded();
    private final String prefix = randomPrefix();
    private int next = 1001;

    /**
     * Returns the start of this run's order numbers. It is random, because Pinterest counts the same number within two
     * days once, and two demos may start in the same second.
     */
    private static String randomPrefix() {
        return new BigInteger(PREFIX_BITS, new SecureRandom()).toString(36) + "-";
    }

    /**
     * Returns the order of a form; creates it at the first attempt.
     *
     * @param attempt the form's idempotency key, so that a double click is one order; empty: always a new order
     */
    synchronized Placed place(String attempt, CheckoutForm form) {
        Order before = attempt.isEmpty() ? null : byAttempt.get(attempt);
        if (before != null) {
            return new Placed(before, false);
        }
        Product product = Product.find(form.text("sku")).orElseThrow();
        Order order = new Order(prefix + next++, product, form.quantity(), new AtomicReference<>(""));
        byNumber.put(order.number(), order);
        byAttempt.put(attempt, order);
        return new Placed(order, true);
    }

    record Placed(Order order, boolean isNew) {}

    synchronized Optional<Order> find(String number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    private static Map<String, Order> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Order> eldest) {
                return size() > MAX_ORDERS;
            }
        };
    }
}
