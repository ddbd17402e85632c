// SPDX-License-Identifier: Apache-2.0
// As a script of its own: window.epik, with the data-* attributes of its tag as settings. The tag is found by the
// file's name. document.currentScript is not used: in a module it is null, in a bundle it is another tag, and an
// element of the page may be named so. Without a tag there are no settings. A second load changes nothing; an element
// with the id epik is no first load.
(window['epik'] || 0)['eventId'] ||
  (window['epik'] = epik((document.querySelector('script[src*="epik.min"]') || 0)['dataset']));
