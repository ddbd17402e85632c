// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The app in which an event happened. Null and blank are unknown; what is over its limit is left out and warned of.
 *
 * <p>Immutable; each method returns a new one.
 */
public final class AppInfo {
    private static final int NAME = 200;
    private static final int VERSION = 100;
    private static final int USER_AGENT = 16_384;
    private static final int PIXELS = 30_720;
    private static final AppInfo UNKNOWN = new AppInfo(Details.none("app."));

    private final Details details;

    private AppInfo(Details details) {
        this.details = details;
    }

    public static AppInfo unknown() {
        return UNKNOWN;
    }

    /** At most 200 characters. */
    public AppInfo withId(@Nullable String id) {
        return new AppInfo(details.text("app_id", "id", id, NAME));
    }

    /** At most 200 characters. */
    public AppInfo withName(@Nullable String name) {
        return new AppInfo(details.text("app_name", "name", name, NAME));
    }

    /** At most 200 characters. */
    public AppInfo withPackageName(@Nullable String packageName) {
        return new AppInfo(details.text("app_package_name", "packageName", packageName, NAME));
    }

    /** At most 100 characters. */
    public AppInfo withStore(@Nullable String store) {
        return new AppInfo(details.text("app_store", "store", store, VERSION));
    }

    /** At most 100 characters. */
    public AppInfo withVersion(@Nullable String version) {
        return new AppInfo(details.text("app_version", "version", version, VERSION));
    }

    public AppInfo withInstallTime(@Nullable Instant time) {
        return time == null
                ? this
                : new AppInfo(details.number("install_time", "installTime", time.getEpochSecond(), Long.MAX_VALUE));
    }

    /** Of the app's own web view; at most 16,384 characters. */
    public AppInfo withUserAgent(@Nullable String userAgent) {
        return new AppInfo(details.text("user_agent", "userAgent", userAgent, USER_AGENT));
    }

    /** In pixels, 0 to 30,720 each. */
    public AppInfo withWindow(int width, int height) {
        return new AppInfo(details.number("window_width", "window", width, PIXELS)
                .number("window_height", "window", height, PIXELS));
    }

    Details details() {
        return details;
    }

    /** The names of what is known, never a value. */
    @Override
    public String toString() {
        return "AppInfo" + details.values().keySet();
    }
}
