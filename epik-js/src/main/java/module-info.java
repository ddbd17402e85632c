// SPDX-License-Identifier: Apache-2.0
/** Contains no code, only the resources that servlet containers serve, such as {@code /epik.min.js}. */
module dev.epik.js {}
