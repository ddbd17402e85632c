// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Optional;

/** The rules of start and end. */
final class Schedule {
    private Schedule() {}

    static Optional<ApiError> violation(Entity entity) {
        return entity.has("start_time")
                        && entity.has("end_time")
                        && entity.number("end_time") <= entity.number("start_time")
                ? invalid("end_time must be after start_time.")
                : Optional.empty();
    }

    /** Checks that an ad group runs while its campaign does. */
    static Optional<ApiError> violation(Entity adGroup, Entity campaign) {
        if (adGroup.has("start_time") && adGroup.number("start_time") < campaign.number("start_time")) {
            return invalid("start_time cannot precede the start_time of the campaign.");
        }
        return adGroup.has("end_time")
                        && campaign.has("end_time")
                        && adGroup.number("end_time") > campaign.number("end_time")
                ? invalid("end_time cannot be after the end_time of the campaign.")
                : violation(adGroup);
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
