// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

class KafkaMutationTest extends MutationContract {
    KafkaMutationTest() {
        super(SimulateKafka.class);
    }
}
