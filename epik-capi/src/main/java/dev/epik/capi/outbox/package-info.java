// SPDX-License-Identifier: Apache-2.0
/** Where events wait to be sent. Start with {@link dev.epik.capi.outbox.Outbox}, the contract of all stores. */
@NullMarked
package dev.epik.capi.outbox;

import org.jspecify.annotations.NullMarked;
