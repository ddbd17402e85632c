// SPDX-License-Identifier: Apache-2.0
/*
 * Properties of window that epik.js uses without "window.", which is shorter. The compiler knows them only with it.
 */

/** @type {!Storage} */
var localStorage;

/**
 * @param {string} type
 * @param {function(!Event)} listener
 */
function addEventListener(type, listener) {}
