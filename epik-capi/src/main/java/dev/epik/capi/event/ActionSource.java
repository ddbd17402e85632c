// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

/** The place of an event. Pinterest knows no others: report a sale of a call centre as {@link #OFFLINE}. */
public enum ActionSource {
    /** On a website. */
    WEB,
    /** In a store or by telephone. Pinterest does not deduplicate these events: report each of them once. */
    OFFLINE,
    /** In an app on Android. */
    APP_ANDROID,
    /** In an app on iOS. */
    APP_IOS
}
