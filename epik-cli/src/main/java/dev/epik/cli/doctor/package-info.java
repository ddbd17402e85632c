// SPDX-License-Identifier: Apache-2.0
/** The checks of {@code epik doctor}: problems and their cures. Pure functions; {@code DoctorCommand} does the I/O. */
@NullMarked
package dev.epik.cli.doctor;

import org.jspecify.annotations.NullMarked;
