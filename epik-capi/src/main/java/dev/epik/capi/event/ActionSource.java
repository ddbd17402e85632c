// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

/** Where an event happened. There is no other: a call centre's sale is {@link #OFFLINE}. */
public enum ActionSource {
    WEB,
    /** Pinterest cannot deduplicate these: report each of them once. */
    OFFLINE,
    APP_ANDROID,
    APP_IOS
}
