// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens a fixture for each test, and closes the one that the test has left. */
abstract class CustomerListTestBase {
    @TempDir
    Path temp;

    ListFixture fixture;

    @BeforeEach
    void open() {
        fixture = new ListFixture(temp);
    }

    @AfterEach
    void close() {
        fixture.close();
    }
}
