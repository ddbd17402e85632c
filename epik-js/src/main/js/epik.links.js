// SPDX-License-Identifier: Apache-2.0
/*
 * Hands the click id over to other hosts of the same shop, in links: ?epik=... Load it after epik.min.js. It does
 * nothing without settings on its own tag:
 *
 *   data-hosts  the exact hosts whose https links get the click id when they are followed, separated by commas
 *   data-clean  on the target: removes epik from the address bar once it was captured or consent was denied
 *   data-gpc    ignore: Global Privacy Control is no denial, as for epik.min.js
 *
 * A link gets the click id only after an explicit yes, the cookie _epik_consent=granted: silence is never enough. No
 * consent is handed over. The target treats the click id as that of any landing page.
 *
 * ES2015 and no library. It evaluates no text and inserts no markup. No failure reaches the page. The limit is 768
 * bytes by gzip.
 *
 * Elements of the page can hide document.currentScript, document.cookie and document.referrer. The first must therefore
 * be a script, and the others become texts in which nothing is found.
 */
(() => {
  'use strict';

  // Not searched by its src: markup that was inserted into the page could pretend to be this script's tag.
  let tag = document.currentScript;
  let set = tag && tag.localName === 'script' ? tag.dataset : {};
  let hosts = (set['hosts'] || '').split(/[\s,]+/);

  /** Returns what the group of a pattern holds, or undefined. */
  let find = (pattern, text) => (pattern.exec(text) || 0)[1];

  let cookies = () => '; ' + document.cookie + ';';

  /**
   * Adds the click id to a link while it is followed, and removes it again. It runs after the listeners of the page,
   * which see the link as it is written. If they have handled the click, nothing is added.
   */
  let handOver = (event) => {
    try {
      let link = event.composedPath().find((each) => each.localName === 'a' && each.href);
      // An href is a parsed URL. The pattern has no place for a user, a password or a port.
      let host = find(/^https:\/\/([^\/:@]+)\//, link.href);
      let clickId = cookies().includes('; _epik_consent=granted;') && window['epik']['clickId']();
      if (
        clickId &&
        hosts.includes(host) &&
        host !== location.hostname &&
        !/[?&]epik(?![^=&])/.test(link.search) &&
        event.button < 2 && // the right button opens a menu
        !event.defaultPrevented
      ) {
        let written = link.getAttribute('href');
        link.search += (link.search ? '&' : '?') + 'epik=' + encodeURIComponent(clickId);
        setTimeout(() => link.setAttribute('href', written));
      }
    } catch (e) {}
  };

  /**
   * Removes epik from the address bar if it was captured, by the script or the filter, or if consent is denied. Before
   * an answer it stays, because the next page finds it in its referrer. If the visitor came from any other site, as
   * from an ad, it stays too.
   */
  let clean = () => {
    try {
      let from = find(/^https?:\/\/([^\/:]+)/, document.referrer) || location.hostname;
      let clickId = find(/[?&]epik=([^&]+)/, location.search);
      if (
        clickId &&
        hosts.concat(location.hostname).includes(from) &&
        (cookies().includes('; _epik=' + unescape(clickId) + ';') ||
          /; (_epik_consent=denied;|usprivacy=[^;]*1.[Yy])/.test(cookies()) ||
          (set['gpc'] !== 'ignore' && navigator['globalPrivacyControl']))
      ) {
        let query = location.search.replace('?', '&').replace(/&epik(?![^=&])[^&]*/g, '');
        history.replaceState(
          history.state,
          '',
          location.origin + location.pathname + query.replace('&', '?') + location.hash
        );
      }
    } catch (e) {}
  };

  let listen = (names, listener, capture) =>
    names.split(' ').forEach((name) => window.addEventListener(name, listener, capture));

  listen('click auxclick', handOver, false); // auxclick is the middle button

  if ('clean' in set) {
    // An answer is stored a moment after a click. Some banners are frames, whose clicks are messages here.
    listen('pageshow click message', () => setTimeout(clean, 500), true);
    clean();
  }
})();
