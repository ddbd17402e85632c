// SPDX-License-Identifier: Apache-2.0
// As a script of its own: window.epik, set up by the tag's data-* attributes.
window['epik'] = epik((document.currentScript || {})['dataset']);
