// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

import java.util.List;

/** The hashed values by which Pinterest finds a person, in the order of its documentation. */
public enum MatchKey {
    EMAIL,
    PHONE,
    FIRST_NAME,
    LAST_NAME,
    GENDER,
    BIRTH_DATE,
    CITY,
    STATE,
    ZIP,
    COUNTRY,
    EXTERNAL_ID,
    /** A mobile advertising id. */
    MAID;

    /** All keys, without the copy that {@code values()} makes. */
    public static final List<MatchKey> ALL = List.of(values());
}
