// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.net.URI;

/** Creates the clients by name. */
final class DeliveryClients {
    private DeliveryClients() {}

    /** @param database the JDBC URL of a new database, if the client needs one */
    static DeliveryClient open(String name, URI stub, String database) throws Exception {
        return switch (name) {
            case "oursMemory" -> new OursMemory(stub);
            case "oursSqlite" -> new OursSqlite(stub);
            case "oursPostgres" -> new OursPostgres(stub, database);
            case "oursInTransaction" -> new OursInTransaction(stub, database);
            case "oursBulk" -> new OursBulk(stub, database);
            case "metaSdk" -> new MetaSdk(stub);
            case "snowplow" -> new Snowplow(stub);
            case "segment" -> new Segment(stub);
            case "naive" -> new Naive(stub);
            case "gruelbox" -> new Gruelbox(stub, database);
            case "dbScheduler" -> new DbScheduler(stub, database);
            default -> throw new IllegalArgumentException("Unknown client: " + name);
        };
    }
}
