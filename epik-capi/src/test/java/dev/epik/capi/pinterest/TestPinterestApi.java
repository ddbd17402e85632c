// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.Mode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens a client of the API with a short deadline, for tests in other packages. */
public final class TestPinterestApi {
    private TestPinterestApi() {}

    public static PinterestApi withDeadline(URI root, @Nullable Supplier<HttpClient> clients, Duration deadline) {
        return new PinterestApi(root, Mode.LIVE, clients, deadline, System::nanoTime);
    }
}
