// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Starts a {@code FakePinterest} for the application of a Spring test, which can be injected. The application gets its
 * address, ad account and access token by {@code epik.api}, {@code epik.ad-account-id} and {@code epik.access-token},
 * {@code epik.mode=live} unless it is set, and {@code epik.delivery.linger=0s}. Before each test method the fake
 * forgets what it has received. It is closed with the application's context, after the client.
 *
 * <pre>{@code
 * @SpringBootTest
 * @EnableFakePinterest
 * class ShopTest {
 *     @Autowired FakePinterest pinterest;
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EnableFakePinterest {
    /** Returns the id of the ad account that the fake has. */
    String adAccountId() default "549755885175";
}
