// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/** One consent platform. An implementation is immutable and never throws, whatever the cookies contain. */
public interface ConsentPlatform {
    /** Returns the name for messages and for the reason of a decision. It contains no data of the visitor. */
    String name();

    /** Returns what to set if the answer is {@link Answer#UNREADABLE}, as the end of a sentence. */
    String cure();

    /**
     * Reads the platform's answer.
     *
     * @param cookies all cookies of a request in one line
     * @return null if there is no cookie of this platform
     */
    @Nullable
    Answer answer(String cookies);
}
