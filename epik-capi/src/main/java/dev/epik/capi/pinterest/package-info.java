// SPDX-License-Identifier: Apache-2.0
/**
 * How events are sent. {@link dev.epik.capi.pinterest.PinterestApi} is the only file that knows URLs and headers; what an
 * answer means is decided in {@code ReplyReading}, as {@code vectors/replies.json} says.
 */
@NullMarked
package dev.epik.capi.pinterest;

import org.jspecify.annotations.NullMarked;
