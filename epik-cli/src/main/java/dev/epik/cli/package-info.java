// SPDX-License-Identifier: Apache-2.0
/**
 * The command line for operators. {@link dev.epik.cli.Main} holds the commands, one file each; data goes to standard output,
 * messages to standard error. Exit codes: 0 all well, 1 some events refused or a check failed, 2 wrong usage.
 */
@NullMarked
package dev.epik.cli;

import org.jspecify.annotations.NullMarked;
