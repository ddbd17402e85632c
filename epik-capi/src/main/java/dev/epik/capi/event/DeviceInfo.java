// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The device on which an event happened. Null and blank are unknown; what is over its limit is left out and warned of. Texts have
 * at most 100 characters where nothing else is said.
 *
 * <p>Immutable; each method returns a new one.
 */
public final class DeviceInfo {
    private static final int TEXT = 100;
    private static final int LOCALE = 35;
    private static final int TIMEZONE = 40;
    private static final int TIMEZONE_ABBREVIATION = 5;
    private static final int MOST_LANGUAGES = 100;
    private static final int MOST_CORES = 1_152;
    private static final int PIXELS = 30_720;
    private static final int DENSITY = 100_000;
    private static final int GIGABYTES = 1_048_576;
    private static final DeviceInfo UNKNOWN = new DeviceInfo(Details.none("device."));

    /** What kind of device it is. */
    public enum FormFactor {
        DESKTOP,
        LAPTOP,
        CELLPHONE,
        TABLET,
        SMARTWATCH,
        TV,
        VR,
        CONSOLE,
        OTHER
    }

    /** What it was connected by. */
    public enum NetworkType {
        WIFI,
        CELLULAR_2G,
        CELLULAR_3G,
        CELLULAR_4G,
        CELLULAR_5G,
        CELLULAR_6G,
        ETHERNET,
        UNKNOWN
    }

    /** What it runs. */
    public enum OsFamily {
        IOS,
        ANDROID,
        MACOS,
        WINDOWS,
        LINUX,
        BSD,
        OTHER
    }

    private final Details details;

    private DeviceInfo(Details details) {
        this.details = details;
    }

    public static DeviceInfo unknown() {
        return UNKNOWN;
    }

    public DeviceInfo withBrand(@Nullable String brand) {
        return text("brand", "brand", brand, TEXT);
    }

    public DeviceInfo withModel(@Nullable String model) {
        return text("model", "model", model, TEXT);
    }

    public DeviceInfo withType(@Nullable String type) {
        return text("type", "type", type, TEXT);
    }

    public DeviceInfo withCarrier(@Nullable String carrier) {
        return text("carrier", "carrier", carrier, TEXT);
    }

    public DeviceInfo withFormFactor(FormFactor formFactor) {
        return text("form_factor", "formFactor", wire(formFactor), TEXT);
    }

    public DeviceInfo withNetworkType(NetworkType networkType) {
        return text("network_type", "networkType", wire(networkType), TEXT);
    }

    public DeviceInfo withOsFamily(OsFamily osFamily) {
        return text("os_family", "osFamily", wire(osFamily), TEXT);
    }

    public DeviceInfo withOsName(@Nullable String name) {
        return text("os_name", "osName", name, TEXT);
    }

    public DeviceInfo withOsReleaseName(@Nullable String name) {
        return text("os_release_name", "osReleaseName", name, TEXT);
    }

    public DeviceInfo withOsVersion(@Nullable String version) {
        return text("os_version", "osVersion", version, TEXT);
    }

    public DeviceInfo withKernelVersion(@Nullable String version) {
        return text("kernel_version", "kernelVersion", version, TEXT);
    }

    /** BCP 47, such as {@code de-AT}; at most 35 characters. */
    public DeviceInfo withLocale(@Nullable String locale) {
        return text("locale", "locale", locale, LOCALE);
    }

    /** ISO 639-1, such as {@code de}; at most 100 of them. */
    public DeviceInfo withLanguages(List<String> languages) {
        List<String> lower = languages.stream()
                .map(language -> String.valueOf(language).strip().toLowerCase(Locale.ROOT))
                .toList();
        boolean good = lower.size() <= MOST_LANGUAGES && lower.stream().allMatch(Normal::isLanguage);
        return new DeviceInfo(
                good
                        ? details.list("languages", lower)
                        : details.without("languages", "are not at most 100 two-letter codes, such as de. Left out."));
    }

    /** Such as {@code Europe/Vienna}; at most 40 characters. */
    public DeviceInfo withTimezone(@Nullable String timezone) {
        return text("timezone", "timezone", timezone, TIMEZONE);
    }

    /** Such as {@code CEST}; at most 5 characters. */
    public DeviceInfo withTimezoneAbbreviation(@Nullable String abbreviation) {
        return text("timezone_abbr", "timezoneAbbreviation", abbreviation, TIMEZONE_ABBREVIATION);
    }

    /** In percent. */
    public DeviceInfo withBatteryLevel(int percent) {
        return number("battery_level", "batteryLevel", percent, 100);
    }

    /** 0 to 1,152. */
    public DeviceInfo withCpuCores(int cores) {
        return number("cpu_cores", "cpuCores", cores, MOST_CORES);
    }

    /** In pixels, 0 to 30,720 each. */
    public DeviceInfo withScreen(int width, int height) {
        return number("screen_width", "screen", width, PIXELS).number("screen_height", "screen", height, PIXELS);
    }

    /** 0 to 100,000. */
    public DeviceInfo withScreenDensity(int density) {
        return number("screen_density", "screenDensity", density, DENSITY);
    }

    /** In gigabytes, 0 to 1,048,576 each. */
    public DeviceInfo withStorage(int size, int free) {
        return number("storage_size", "storage", size, GIGABYTES)
                .number("storage_free_space", "storage", free, GIGABYTES);
    }

    /** In gigabytes, 0 to 1,048,576 each. */
    public DeviceInfo withExternalStorage(int size, int free) {
        return number("external_storage_size", "externalStorage", size, GIGABYTES)
                .number("external_storage_free_space", "externalStorage", free, GIGABYTES);
    }

    Details details() {
        return details;
    }

    private DeviceInfo text(String name, String field, @Nullable String value, int most) {
        return new DeviceInfo(details.text(name, field, value, most));
    }

    private DeviceInfo number(String name, String field, int value, int most) {
        return new DeviceInfo(details.number(name, field, value, most));
    }

    private static @Nullable String wire(@Nullable Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    /** The names of what is known, never a value. */
    @Override
    public String toString() {
        return "DeviceInfo" + details.values().keySet();
    }
}
