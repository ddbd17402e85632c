// SPDX-License-Identifier: Apache-2.0
package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A shop with one product. The starter configures everything of Epik from {@code application.yml}. */
@SpringBootApplication
public class ShopApplication {
    public static void main(String... arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }
}
