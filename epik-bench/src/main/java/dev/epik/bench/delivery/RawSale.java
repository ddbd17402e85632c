// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sale as a map, for clients that do not hash. */
final class RawSale {
    private RawSale() {}

    static Map<String, Object> of(Sale sale) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("order_id", sale.orderId());
        all.put("email", sale.email());
        all.put("phone", sale.phone());
        all.put("first_name", sale.firstName());
        all.put("last_name", sale.lastName());
        all.put("city", sale.city());
        all.put("state", sale.state());
        all.put("zip", sale.zip());
        all.put("country", sale.country());
        all.put("click_id", sale.clickId());
        all.put("ip", sale.ip());
        all.put("user_agent", sale.userAgent());
        all.put("page_url", sale.pageUrl());
        all.put("value", sale.total());
        all.put("currency", sale.currency());
        List<Map<String, Object>> contents = new ArrayList<>();
        for (Sale.Item item : sale.items()) {
            contents.add(Map.of(
                    "id", item.productId(),
                    "quantity", item.quantity(),
                    "item_price", item.price(),
                    "item_name", item.name(),
                    "item_category", item.category()));
        }
        all.put("contents", contents);
        return all;
    }
}
