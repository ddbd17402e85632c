// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** The {@link CaptureCounts} in JMX, under {@code dev.epik:type=EpikFilter,host=…,context=…}. */
public interface CaptureCountsMXBean {
    /** Returns how many click ids were written to the cookie. */
    long getCaptured();

    /** Returns how many landings had the click id of the cookie. */
    long getUnchanged();

    /** Returns how many landings had an {@code epik} without a value. */
    long getRefusedEmpty();

    /** Returns how many landings had an {@code epik} longer than the setting {@code max-length}. */
    long getRefusedLength();

    /** Returns how many landings had an {@code epik} with invalid characters. */
    long getRefusedCharacters();

    /** Returns how many click ids were not kept for lack of consent. */
    long getWithoutConsent();

    /** Returns how many denials erased a cookie. */
    long getErased();

    /** Returns how many page events were handed over to the application. */
    long getPageEvents();

    /** Returns how many page events were malformed or over 1 kB. */
    long getPageEventsRefused();

    /** Returns how many page events nothing in the application took, or at which it failed. */
    long getPageEventsUntaken();
}
