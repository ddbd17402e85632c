// SPDX-License-Identifier: Apache-2.0
/** The troubleshooting table: what is wrong, and the cure. Pure; {@code DoctorCommand} asks and prints. */
@NullMarked
package dev.epik.cli.doctor;

import org.jspecify.annotations.NullMarked;
