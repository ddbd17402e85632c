// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** {@link CaptureCounts} by JMX, under {@code dev.epik:type=EpikFilter,host=…,context=…}. */
public interface CaptureCountsMXBean {
    long getCaptured();

    long getUnchanged();

    long getRefusedEmpty();

    long getRefusedLength();

    long getRefusedCharacters();

    long getWithoutConsent();

    long getErased();
}
