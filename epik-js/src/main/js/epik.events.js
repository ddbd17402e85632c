// SPDX-License-Identifier: Apache-2.0
/*
 * Reports what a visitor does on pages that a cache serves: window.epikEvent(name, data) sends a page event to the
 * beacon of the filter, and returns its event id for Pinterest's tag. docs/page-events.md describes it.
 *
 * It obeys the consent rule of epik.js and the settings of the tag of epik.min.js. The settings of its own tag take
 * precedence. The server decides again. It writes no cookie and no storage. No failure reaches the page.
 *
 * ES2015 and no library. The limit is 700 bytes by gzip.
 */
(() => {
  'use strict';

  /** Returns a setting of the tag with this file name, which need not be there. An element can hide querySelector. */
  let setting = (file, name) =>
    ((document.querySelector('script[src*="epik.' + file + '"]') || 0)['dataset'] || 0)[name];

  /**
   * Sends a page event and returns its id. An event that is not sent has an id too, because the page's own tag needs
   * one.
   *
   * @param {string} name
   * @param {Object=} data
   * @param {boolean=} withTag
   */
  let report = (name, data, withTag) => {
    let id = Date.now() + '-' + Math.random();
    try {
      let set = (name) => setting('events', name) || setting('min', name);
      let cookies = document.cookie.replace(/; /g, '\n'); // throws if an element of the page hides the cookies
      let granted =
        !/^(_epik_consent=denied$|usprivacy=.*1.[Yy])/m.test(cookies) &&
        (set('gpc') === 'ignore' || !navigator['globalPrivacyControl']) &&
        (/^_epik_consent=granted$/m.test(cookies) ||
          (set('consent') !== 'required' &&
            !/^(OptanonC|Cookie(Script)?Consent=|cookieyes-c|notice_(g|p|behavior=e)|cmapi_c|_iub_cs-s?\d+=|didomi_t|euconsent-v2|cmplz_m|osano_)/m.test(
              cookies
            )));
      let body = 'event=' + name + '&id=' + id;
      Object.keys(data || {}).forEach((key) =>
        [].concat(data[key]).forEach((value) => {
          if (value || value === 0) {
            body += '&' + key + '=' + encodeURIComponent(value);
          }
        })
      );
      if (granted) {
        if (/^\//.test(set('beacon'))) {
          navigator.sendBeacon(location.origin + set('beacon'), body);
        }
        if (withTag) {
          window['pintrk']('track', 'pagevisit', { 'event_id': id });
        }
      }
    } catch (e) {}
    return id;
  };

  window['epikEvent'] = (name, data) => report(name, data);

  try {
    // A page that is loaded in advance is visited once it is shown.
    let visit = () => report('page_visit', {}, true);
    if (setting('events', 'pageVisit') != null) {
      if (document['prerendering']) {
        document.addEventListener('prerenderingchange', visit);
      } else {
        visit();
      }
    }
  } catch (e) {}
})();
