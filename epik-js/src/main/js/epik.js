// SPDX-License-Identifier: Apache-2.0
/*
 * Captures Pinterest's click id, ?epik=..., into the first-party cookie _epik, in the browser: for static pages and for
 * pages that a cache serves, which no filter sees.
 *
 * The contract is vectors/capture.json, the same table that the filter obeys; the cookie is the one that the filter and
 * Pinterest's own tag write, so that the three overwrite each other's instead of making twins.
 *
 * ES5 and no library: it runs in whatever a visitor has. No eval, no markup: script-src 'self' is enough, with a beacon
 * connect-src 'self' too. Whatever it meets, the page goes on: marketing never breaks it.
 */

/**
 * Begins to listen, and answers what a page may ask. epik.d.ts is the manual of the settings and of what is returned.
 *
 * @param {{consent: (string|undefined), gpc: (string|undefined), domain: (string|undefined), beacon: (string|undefined), days: (string|number|undefined)}=} settings
 */
function epik(settings) {
  'use strict';

  // Every id seen so far is unpadded base64url; . ~ + / = are legal in a cookie and let no future one be lost. What is
  // outside never reaches document.cookie, where a semicolon would end the value and begin an attribute.
  var CLICK_ID = /^([\w.~+\/=-]{1,512})$/;
  var KEPT = /^(?:.*; )?_epik=([\w.~+\/=-]{1,512})(?:;|$)/;

  // A host, a slash and a domain that covers it, of two labels or more, the last of them no number.
  var DOMAIN = /(^|\.)(([a-z\d-]+\.)+[\d-]*[a-z][a-z\d-]*)\/\2$/;

  // The visitor's own no, and those that OneTrust and Cookiebot keep, escaped or not.
  var NO = /_epik_consent=denied|(C0004|marketing)(:|%3A)(0|false)/;

  var set = settings || {};

  /** The epik of this page's URL as last seen: a route or a Back that keeps it is no second landing. */
  var seen;

  /** A click id that waits for consent, here and nowhere else. */
  var landed;

  /** What the group of a pattern holds, or undefined. */
  function find(pattern, text) {
    return (pattern.exec(text) || [])[1];
  }

  /**
   * The first epik behind the question mark, decoded, if it is a click id; else undefined. Not by decodeURIComponent, which throws,
   * nor by URLSearchParams, where + is a space.
   */
  function inUrl(url) {
    return find(CLICK_ID, unescape(find(/&epik(?![^=&])=?([^&]*)/, url.replace(/^[^?]*\??/, '&')) || ''));
  }

  /** The last valid _epik: a visitor may have one for the host and one for its domain, and Pinterest's tag takes the last. */
  function kept() {
    return find(KEPT, document.cookie);
  }

  /** Above 0 where a click id may be kept, below 0 where not, 0 where the visitor has not said yet. */
  function consent() {
    var cookies = document.cookie;
    return NO.test(cookies) || (navigator['globalPrivacyControl'] && set.gpc !== 'ignore')
      ? -1
      : +(set.consent !== 'required' || /_epik_consent=granted/.test(cookies));
  }

  /**
   * For the host without www, or the domain that is set, where it covers the host. A browser also opens pages under addresses,
   * single labels and odd names; there the filter's cookie is host-only, and so is this one.
   *
   * @param {boolean=} hostOnly
   */
  function write(cookie, days, hostOnly) {
    var host = location.hostname;
    var domain = set.domain || host.replace(/^www\./, '');
    document.cookie =
      cookie +
      ';path=/;max-age=' +
      days * 86400 +
      ';SameSite=Lax' +
      (!hostOnly && DOMAIN.test(host + '/' + domain) ? ';domain=' + domain : '') +
      (location.protocol > 'http:' ? ';Secure' : '');
  }

  /** To the filter, whose cookie lives longer than a script's, and which may be waiting for a yes. */
  function tell(beacon, body) {
    if (beacon && !(navigator.sendBeacon && navigator.sendBeacon(beacon, body))) {
      fetch(beacon, { method: 'POST', body: body, keepalive: true }).catch(Boolean);
    }
  }

  /** Does what consent calls for, and tells what was said and what was found. */
  function settle(said) {
    var granted = consent();
    var before = kept();
    if (granted < 0) {
      write('_epik=', 0);
      write('_epik=', 0, true);
    }
    if (granted > 0) {
      // The landing page may be one page ago, before the yes; if it was this site's.
      if (!before && !document.referrer.indexOf(location.origin + '/')) {
        landed = landed || inUrl(document.referrer);
      }
      if (landed && landed !== before) {
        write('_epik=' + landed, set.days || 365);
        said.push('epik=' + landed);
      }
      landed = '';
    }
    if (said[0]) {
      tell(set.beacon, said.join('&'));
    }
  }

  /** A sandboxed frame throws at document.cookie, an old browser at what it does not know. */
  function safely(work) {
    return function () {
      try {
        return work();
      } catch (e) {}
    };
  }

  /** A page that is only prepared is nobody's visit yet. */
  var look = safely(function () {
    var found = inUrl(location.search);
    if (!document['prerendering']) {
      if (found !== seen) {
        seen = found;
        landed = found || landed;
      }
      settle([]);
    }
  });

  /** For half a year, as CNIL advises. */
  function answer(word) {
    return safely(function () {
      write('_epik_consent=' + word, 180);
      settle(['consent=' + word]);
    });
  }

  ['pushState', 'replaceState'].forEach(function (name) {
    var original = history[name];
    history[name] = function () {
      original.apply(history, arguments);
      look();
    };
  });
  // Back to a page that waited for a yes, which came elsewhere, is a pageshow.
  window.addEventListener('popstate', look);
  window.addEventListener('pageshow', look);
  document.addEventListener('prerenderingchange', look);
  look();

  return {
    clickId: safely(function () {
      return consent() > 0 ? kept() : undefined;
    }),
    grant: answer('granted'),
    revoke: answer('denied'),
    eventId: function () {
      return crypto.getRandomValues(new Uint32Array(4)).join('-');
    }
  };
}
