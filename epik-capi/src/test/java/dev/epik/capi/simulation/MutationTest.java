// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

class MutationTest extends MutationContract {
    MutationTest() {
        super(Simulate.class);
    }
}
