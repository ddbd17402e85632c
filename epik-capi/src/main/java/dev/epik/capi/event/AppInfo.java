// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.data.LimitedFields;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The app in which an event happened. A null or blank value changes nothing. A value beyond its limit is left out, and
 * the event has a warning. The limits are Pinterest's.
 *
 * <p>Immutable: each method returns a new instance.
 */
public final class AppInfo {
    private static final int MAX_NAME_LENGTH = 200;
    private static final int MAX_VERSION_LENGTH = 100;
    private static final int MAX_USER_AGENT_LENGTH = 16_384;
    private static final int MAX_PIXELS = 30_720;
    private static final AppInfo UNKNOWN = new AppInfo(LimitedFields.none("app."));

    final LimitedFields fields;

    private AppInfo(LimitedFields fields) {
        this.fields = fields;
    }

    /** Returns an app of which nothing is known. */
    public static AppInfo unknown() {
        return UNKNOWN;
    }

    /** Sets the app's id in its store; at most 200 characters. */
    public AppInfo withId(@Nullable String id) {
        return text("app_id", "id", id, MAX_NAME_LENGTH);
    }

    /** Sets the app's name; at most 200 characters. */
    public AppInfo withName(@Nullable String name) {
        return text("app_name", "name", name, MAX_NAME_LENGTH);
    }

    /** Sets the name of the app's package; at most 200 characters. */
    public AppInfo withPackageName(@Nullable String packageName) {
        return text("app_package_name", "packageName", packageName, MAX_NAME_LENGTH);
    }

    /** Sets the store from which the app was installed; at most 100 characters. */
    public AppInfo withStore(@Nullable String store) {
        return text("app_store", "store", store, MAX_VERSION_LENGTH);
    }

    /** Sets the app's version; at most 100 characters. */
    public AppInfo withVersion(@Nullable String version) {
        return text("app_version", "version", version, MAX_VERSION_LENGTH);
    }

    /** Sets when the app was installed; sent in whole seconds. A time before 1970 is left out. */
    public AppInfo withInstallTime(@Nullable Instant time) {
        return time == null
                ? this
                : new AppInfo(fields.withNumber("install_time", "installTime", time.getEpochSecond(), Long.MAX_VALUE));
    }

    /** Sets the user agent of the app's own web view; at most 16,384 characters. */
    public AppInfo withUserAgent(@Nullable String userAgent) {
        return text("user_agent", "userAgent", userAgent, MAX_USER_AGENT_LENGTH);
    }

    /** Sets the size of the app's window in pixels, 0 to 30,720 each. */
    public AppInfo withWindow(int width, int height) {
        return new AppInfo(fields.withNumber("window_width", "window", width, MAX_PIXELS)
                .withNumber("window_height", "window", height, MAX_PIXELS));
    }

    private AppInfo text(String name, String field, @Nullable String value, int maxLength) {
        return new AppInfo(fields.withText(name, field, value, maxLength));
    }

    /** Shows which fields are known, and no value. */
    @Override
    public String toString() {
        return "AppInfo" + fields.values().keySet();
    }
}
