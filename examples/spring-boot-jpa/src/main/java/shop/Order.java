// SPDX-License-Identifier: Apache-2.0
package shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;

/** An order that was paid. */
@Entity
@Table(name = "orders")
class Order {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String email;

    private BigDecimal total;

    protected Order() {} // JPA calls it

    Order(String email, BigDecimal total) {
        this.email = email;
        this.total = total;
    }

    String number() {
        return id.toString();
    }

    String email() {
        return email;
    }

    BigDecimal total() {
        return total;
    }
}
