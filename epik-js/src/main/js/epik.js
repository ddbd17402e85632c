/** @license Epik for Java, Apache-2.0 */
/*
 * Captures Pinterest's click id, ?epik=..., into the first-party cookie _epik, in the browser: for static pages and for
 * pages that a cache serves, which no filter sees.
 *
 * The contract is vectors/capture.json, the same table that the filter obeys; the cookie is the one that the filter and
 * Pinterest's own tag write, so that the three overwrite each other's instead of making twins.
 *
 * ES5 and no library: it runs in whatever a visitor has. Nothing global, no eval, no markup: script-src 'self' is enough.
 */
(function () {
  'use strict';

  // Every id seen so far is unpadded base64url; . ~ + / = are legal in a cookie and let no future one be lost. What is
  // outside never reaches document.cookie, where a semicolon would end the value and begin an attribute.
  var CLICK_ID = /^[\w.~+\/=-]{1,512}$/;

  // One year, as Pinterest's tag. Safari may forget what a script wrote after 7 days without a visit, and after one day
  // where the visitor came by such a link: where there is a server, let the filter write.
  var ATTRIBUTES = ';path=/;max-age=31536000;SameSite=Lax';

  /** The value of the first pair of that name, or undefined. The first one counts, even where it is broken. */
  function first(pairs, name) {
    for (var i = 0; i < pairs.length; i++) {
      var equals = (pairs[i] + '=').indexOf('=');
      if (pairs[i].slice(0, equals) === name) {
        return pairs[i].slice(equals + 1);
      }
    }
  }

  /** One round of percent-decoding by bytes: not decodeURIComponent, which throws, nor URLSearchParams, where + is a space. */
  function decoded(value) {
    return value.replace(/%([\da-f]{2})/gi, function (escape, hex) {
      return String.fromCharCode(parseInt(hex, 16));
    });
  }

  /** The last valid _epik: a visitor may have one for the host and one for its domain, and Pinterest's tag takes the last. */
  function kept() {
    var cookies = document.cookie.split('; ');
    for (var i = cookies.length; i--; ) {
      if (cookies[i].slice(0, 6) === '_epik=' && CLICK_ID.test(cookies[i].slice(6))) {
        return cookies[i].slice(6);
      }
    }
  }

  /**
   * The host without www, as RFC 1035 knows it: two labels or more of 63 characters at most, 253 in all. A browser also
   * opens pages under addresses, single labels and odd names; there the filter's cookie is host-only, and so is this one.
   * The dot at the end makes all labels look alike; the last of them must have a letter, or it is an address.
   */
  function domain() {
    var name = location.hostname.replace(/^www\./, '');
    return /^(?!.{255}|.*\.[\d-]+\.$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.){2,}$/.test(name + '.') ? ';domain=' + name : '';
  }

  try {
    var clickId = decoded(first(location.search.slice(1).split('&'), 'epik') || '');
    if (CLICK_ID.test(clickId) && clickId !== kept()) {
      document.cookie = '_epik=' + clickId + ATTRIBUTES + domain() + (location.protocol === 'https:' ? ';Secure' : '');
    }
  } catch (e) {
    // A sandboxed frame throws at document.cookie. The page goes on; marketing never breaks it.
  }
})();
