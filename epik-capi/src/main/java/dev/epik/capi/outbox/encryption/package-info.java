// SPDX-License-Identifier: Apache-2.0
/** Encrypts the JSON of events before they are stored, and decrypts it before they are sent. Internal. */
@NullMarked
package dev.epik.capi.outbox.encryption;

import org.jspecify.annotations.NullMarked;
