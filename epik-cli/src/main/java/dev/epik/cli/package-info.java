// SPDX-License-Identifier: Apache-2.0
/**
 * The command line for operators. {@link dev.epik.cli.Main} lists the commands; each has its own class. Data goes to
 * standard output, messages to standard error. Exit codes: 0 success, 1 some events were invalid or rejected or a check
 * failed, 2 invalid usage.
 */
@NullMarked
package dev.epik.cli;

import org.jspecify.annotations.NullMarked;
