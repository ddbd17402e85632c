// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.data.LimitedFields;
import dev.epik.capi.event.normalize.NormalForm;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The device on which an event happened. A null or blank value changes nothing. A value beyond its limit is left out,
 * and the event has a warning. The limits are Pinterest's; texts have at most 100 characters unless a method documents
 * another limit.
 *
 * <p>Immutable: each method returns a new instance.
 */
public final class DeviceInfo {
    private static final int MAX_TEXT_LENGTH = 100;
    private static final int MAX_LOCALE_LENGTH = 35;
    private static final int MAX_TIMEZONE_LENGTH = 40;
    private static final int MAX_TIMEZONE_ABBREVIATION_LENGTH = 5;
    private static final int MAX_LANGUAGES = 100;
    private static final int MAX_PERCENT = 100;
    private static final int MAX_CORES = 1_152;
    private static final int MAX_PIXELS = 30_720;
    private static final int MAX_DENSITY = 100_000;
    private static final int MAX_GIGABYTES = 1_048_576;
    private static final DeviceInfo UNKNOWN = new DeviceInfo(LimitedFields.none("device."));

    /** The kind of the device. */
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

    /** The kind of the network connection. */
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

    /** The family of the operating system. */
    public enum OsFamily {
        IOS,
        ANDROID,
        MACOS,
        WINDOWS,
        LINUX,
        BSD,
        OTHER
    }

    final LimitedFields fields;

    private DeviceInfo(LimitedFields fields) {
        this.fields = fields;
    }

    /** Returns a device of which nothing is known. */
    public static DeviceInfo unknown() {
        return UNKNOWN;
    }

    /** Sets the brand. */
    public DeviceInfo withBrand(@Nullable String brand) {
        return text("brand", "brand", brand, MAX_TEXT_LENGTH);
    }

    /** Sets the model. */
    public DeviceInfo withModel(@Nullable String model) {
        return text("model", "model", model, MAX_TEXT_LENGTH);
    }

    /** Sets the type, in the shop's own words. */
    public DeviceInfo withType(@Nullable String type) {
        return text("type", "type", type, MAX_TEXT_LENGTH);
    }

    /** Sets the mobile carrier. */
    public DeviceInfo withCarrier(@Nullable String carrier) {
        return text("carrier", "carrier", carrier, MAX_TEXT_LENGTH);
    }

    /** Sets the kind of the device. */
    public DeviceInfo withFormFactor(FormFactor formFactor) {
        return text("form_factor", "formFactor", wire(formFactor), MAX_TEXT_LENGTH);
    }

    /** Sets the kind of the network connection. */
    public DeviceInfo withNetworkType(NetworkType networkType) {
        return text("network_type", "networkType", wire(networkType), MAX_TEXT_LENGTH);
    }

    /** Sets the family of the operating system. */
    public DeviceInfo withOsFamily(OsFamily osFamily) {
        return text("os_family", "osFamily", wire(osFamily), MAX_TEXT_LENGTH);
    }

    /** Sets the name of the operating system. */
    public DeviceInfo withOsName(@Nullable String name) {
        return text("os_name", "osName", name, MAX_TEXT_LENGTH);
    }

    /** Sets the name of the operating system's release. */
    public DeviceInfo withOsReleaseName(@Nullable String name) {
        return text("os_release_name", "osReleaseName", name, MAX_TEXT_LENGTH);
    }

    /** Sets the version of the operating system. */
    public DeviceInfo withOsVersion(@Nullable String version) {
        return text("os_version", "osVersion", version, MAX_TEXT_LENGTH);
    }

    /** Sets the version of the kernel. */
    public DeviceInfo withKernelVersion(@Nullable String version) {
        return text("kernel_version", "kernelVersion", version, MAX_TEXT_LENGTH);
    }

    /** Sets the locale by BCP 47, such as {@code de-AT}; at most 35 characters. */
    public DeviceInfo withLocale(@Nullable String locale) {
        return text("locale", "locale", locale, MAX_LOCALE_LENGTH);
    }

    /** Sets at most 100 languages by ISO 639-1, such as {@code de}. If one is invalid, all are left out. */
    public DeviceInfo withLanguages(List<String> languages) {
        List<String> lower = languages.stream()
                .map(language -> String.valueOf(language).strip().toLowerCase(Locale.ROOT))
                .toList();
        boolean valid = lower.size() <= MAX_LANGUAGES && lower.stream().allMatch(NormalForm::isLanguage);
        return new DeviceInfo(
                valid
                        ? fields.withList("languages", lower)
                        : fields.withWarning(
                                "languages", "are not at most 100 two-letter codes, such as de. Left out."));
    }

    /** Sets the time zone, such as {@code Europe/Vienna}; at most 40 characters. */
    public DeviceInfo withTimezone(@Nullable String timezone) {
        return text("timezone", "timezone", timezone, MAX_TIMEZONE_LENGTH);
    }

    /** Sets the short name of the time zone, such as {@code CEST}; at most 5 characters. */
    public DeviceInfo withTimezoneAbbreviation(@Nullable String abbreviation) {
        return text("timezone_abbr", "timezoneAbbreviation", abbreviation, MAX_TIMEZONE_ABBREVIATION_LENGTH);
    }

    /** Sets the level of the battery in percent, 0 to 100. */
    public DeviceInfo withBatteryLevel(int percent) {
        return number("battery_level", "batteryLevel", percent, MAX_PERCENT);
    }

    /** Sets the number of processor cores, 0 to 1,152. */
    public DeviceInfo withCpuCores(int cores) {
        return number("cpu_cores", "cpuCores", cores, MAX_CORES);
    }

    /** Sets the size of the screen in pixels, 0 to 30,720 each. */
    public DeviceInfo withScreen(int width, int height) {
        return number("screen_width", "screen", width, MAX_PIXELS)
                .number("screen_height", "screen", height, MAX_PIXELS);
    }

    /** Sets the density of the screen, 0 to 100,000. */
    public DeviceInfo withScreenDensity(int density) {
        return number("screen_density", "screenDensity", density, MAX_DENSITY);
    }

    /** Sets the size of the storage and its free part in gigabytes, 0 to 1,048,576 each. */
    public DeviceInfo withStorage(int size, int free) {
        return number("storage_size", "storage", size, MAX_GIGABYTES)
                .number("storage_free_space", "storage", free, MAX_GIGABYTES);
    }

    /** Sets the size of the external storage and its free part in gigabytes, 0 to 1,048,576 each. */
    public DeviceInfo withExternalStorage(int size, int free) {
        return number("external_storage_size", "externalStorage", size, MAX_GIGABYTES)
                .number("external_storage_free_space", "externalStorage", free, MAX_GIGABYTES);
    }

    private DeviceInfo text(String name, String field, @Nullable String value, int maxLength) {
        return new DeviceInfo(fields.withText(name, field, value, maxLength));
    }

    private DeviceInfo number(String name, String field, int value, int max) {
        return new DeviceInfo(fields.withNumber(name, field, value, max));
    }

    private static @Nullable String wire(@Nullable Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    /** Shows which fields are known, and no value. */
    @Override
    public String toString() {
        return "DeviceInfo" + fields.values().keySet();
    }
}
