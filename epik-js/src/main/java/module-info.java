// SPDX-License-Identifier: Apache-2.0
/** No code: {@code META-INF/resources/epik.min.js}, which servlet containers serve at {@code /epik.min.js}. */
module dev.epik.js {}
