// SPDX-License-Identifier: Apache-2.0
// As a script of its own: window.epik, set up by the data-* attributes of its tag. document.currentScript is not asked: an
// element of the page may be named so, and in a module or in a bundle it is not our tag. Without a tag there are no settings.
// A second load changes nothing; an element whose id is epik is no first one.
(window['epik'] || 0)['eventId'] ||
  (window['epik'] = epik((document.querySelector('script[src*="epik.min"]') || 0)['dataset']));
