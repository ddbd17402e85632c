// SPDX-License-Identifier: Apache-2.0
/*
 * Captures Pinterest's click id, ?epik=..., into the first-party cookie _epik, in the browser: for static pages and for
 * pages that a cache serves, which the filter does not see.
 *
 * The contracts are vectors/capture.json and vectors/consent.json; the filter obeys the same tables. The cookie is the
 * one that the filter and Pinterest's own tag write, so that each overwrites the others' cookie instead of adding a
 * second one.
 *
 * ES2015 and no library. It evaluates no text and inserts no markup: script-src 'self' is enough, with a beacon
 * connect-src 'self' too. No failure reaches the page.
 *
 * The limit is 1,024 bytes by gzip. That is why everything is declared by let, and why one function does all the work.
 *
 * Elements of the page can hide properties of document, such as <img name="cookie">. document.cookie is therefore read
 * by a method of strings: it throws if an element is returned, and then nothing is captured or sent.
 */

/**
 * Starts to listen and returns what a page may call. epik.d.ts documents the settings and the result. Without an
 * argument consent is required.
 *
 * @param {{
 *   consent: (string|undefined),
 *   gpc: (string|undefined),
 *   domain: (string|undefined),
 *   beacon: (string|undefined),
 *   days: (string|number|undefined)
 * }=} set
 */
let epik = (set = { consent: 'required' }) => {
  'use strict';

  // Patterns are written where they are used, because that is shorter. Those with the flag m read one cookie per line.

  /** The latest click id that this page saw: in its referrer, its URL or the URL of a route. */
  let landed;

  /** The click id that was last handled with consent; false without consent, so that the click id waits for it. */
  let handled;

  /** Returns what the group of a pattern holds, or undefined. */
  let find = (pattern, text) => (pattern.exec(text) || 0)[1];

  /**
   * Returns the first epik behind the question mark, decoded, if it is a click id; otherwise undefined.
   * decodeURIComponent would throw, and URLSearchParams would make a space of +.
   *
   * Every id seen so far is unpadded base64url; . ~ + / = are legal in a cookie and may occur in a future one. Other
   * characters never reach document.cookie: a semicolon would end the value there and start an attribute.
   */
  let inUrl = (url) => {
    let value = find(/^[^?]*\?(?:.*?&)??epik(?![^=&])=?([^&]*)/, url) || '';
    return find(/^([\w.~+/=-]{1,512})$/, unescape(value));
  };

  let cookies = () => document.cookie.replace(/; /g, '\n');

  /** Returns the click id in the cookies. If there are two valid _epik, the last one counts, as for the filter. */
  let kept = (lines) => find(/[^]*^_epik=([\w.~+/=-]{1,512})$/m, lines);

  /**
   * Writes the cookie for the domain, or for the host alone if the browser refuses the domain: an address, a single
   * label, a public suffix, or one that does not cover the host. Returns whether the cookies changed.
   */
  let write = (cookie, days, domain) => {
    let before = document.cookie;
    document.cookie =
      cookie +
      ';path=/;max-age=' +
      days * 86400 +
      ';SameSite=Lax' +
      (domain && ';domain=' + domain) +
      (location.protocol[5] ? ';Secure' : ''); // the s of https: makes it one character longer
    return before !== document.cookie || (domain && write(cookie, days, ''));
  };

  let ownDomain = () => set.domain || location.hostname.replace(/^www\./, '');

  /** Erases the cookie for the host and all parent domains. Returns the widest that had one, at least our own. */
  let erase = (cookie) => {
    let widest = '';
    write(cookie, 0, '');
    for (let domain = location.hostname; domain; domain = domain.replace(/^[^.]*\.?/, '')) {
      if (write(cookie, 0, domain) || domain === ownDomain()) {
        widest = domain;
      }
    }
    return widest;
  };

  /**
   * Returns a function that stores the visitor's answer, if there is one, then captures or erases as consent demands,
   * and returns the click id that is kept with consent.
   *
   * @param {string=} answer
   */
  let act = (answer) => () => {
    try {
      let said = '';
      if (answer) {
        said = '&consent=' + answer;
        write('_epik_consent=' + answer, 180, erase('_epik_consent='));
      }
      landed = inUrl(location.search) || landed;
      let before = cookies();
      let denied =
        /^(_epik_consent=denied$|usprivacy=.*1.y)/im.test(before) ||
        (set.gpc !== 'ignore' && navigator['globalPrivacyControl']);
      // A consent platform's cookie is in sight. epik.consent.js reads it; until then silence is not a yes.
      let granted =
        !denied &&
        (/^_epik_consent=granted$/m.test(before) ||
          (set.consent !== 'required' &&
            !/^(_iub_cs-s?\d+=|cookieyes-c|Cookie(Script)?Consent=|notice_(g|p|behavior=e)|didomi_t|OptanonC|cmapi_c|cmplz_m|osano|euconsent-v2)/m.test(
              before
            )));
      if (denied) {
        if (said && kept(before)) {
          said += '&epik=' + kept(before); // so that the server can cancel what waits for delivery
        }
        // replace calls erase with each of the tag's cookies that is there
        before.replace(/^_((derived_)?epik|pin_unauth)=/gm, erase);
      }
      if (granted && landed && landed !== handled && landed !== kept(before)) {
        write('_epik=' + landed, set.days || 365, ownDomain());
        said += '&epik=' + landed;
      }
      handled = granted && landed;
      if (said && /^\//.test(set.beacon)) {
        navigator.sendBeacon(location.origin + set.beacon, said.slice(1));
      }
      if (granted) {
        return kept(cookies());
      }
      if (denied) { // last, because it throws if the browser allows no storage
        delete localStorage['_epik_ls'];
      }
    } catch (e) {}
  };

  let look = act();

  try {
    landed = !document.referrer.indexOf(location.origin + '/') && inUrl(document.referrer);
    for (let name of ['pushState', 'replaceState']) {
      let original = history[name];
      history[name] = (...state) => {
        original.apply(history, state);
        look();
      };
    }
    // A page that waits for consent may be shown again from memory after consent was given on another page.
    addEventListener('pageshow', look);
    look();
  } catch (e) {}

  return {
    clickId: look,
    grant: act('granted'),
    revoke: act('denied'),
    eventId: () => Date.now() + '-' + Math.random()
  };
};
