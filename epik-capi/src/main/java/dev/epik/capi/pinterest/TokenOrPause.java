// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

/** What a {@link TokenSource} says: a token, or why there is none now. */
public sealed interface TokenOrPause permits AccessToken, Reply.Pause {}
