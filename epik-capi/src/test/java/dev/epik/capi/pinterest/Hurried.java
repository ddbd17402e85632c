// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The API with another deadline than a shop's, for tests elsewhere. */
public final class Hurried {
    private Hurried() {}

    public static PinterestApi api(URI root, AdAccount account, @Nullable HttpClient supplied, Duration deadline) {
        return new PinterestApi(root, account, Mode.LIVE, supplied, deadline);
    }
}
