// SPDX-License-Identifier: Apache-2.0
/** The file that names the ad accounts of a worker. */
@NullMarked
package dev.epik.cli.accounts;

import org.jspecify.annotations.NullMarked;
