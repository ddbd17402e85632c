// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the answer of a consent platform, in its cookie or from its script, and calls epik.grant() and epik.revoke().
 * Load it after epik.min.js.
 *
 * The contract is vectors/consent.json; the filter obeys the same table. As in the filter, a denial of any platform
 * wins. A banner that is not answered, and a cookie that is not readable, change nothing.
 *
 * ES2015 and no library. It evaluates no text and inserts no markup. No failure reaches the page. The limit is 1,536
 * bytes by gzip. That is why a pattern reads each cookie that a pattern can read.
 */
(() => {
  'use strict';

  // The answers in the order of their strictness.
  const NO = -1;
  const UNKNOWN = 0;
  const YES = 1;

  let choose = (yes, no) => (yes ? YES : no ? NO : UNKNOWN);

  /** Returns the answer of Didomi's purposes and vendors, which are lists of names under enabled and disabled. */
  let didomi = (purposes, vendors) => {
    // Without the special features, which a visitor may refuse who accepts all purposes.
    let [on, off] = [purposes['enabled'], purposes['disabled']].map((list) =>
      (',' + list + ',').replace(/geolocation_data|device_characteristics|undefined/g, '')
    );
    let refused = /,cookies,|[_,]ads?[_,]|marketing|advert|publicit/i.test(off);
    return refused || /pinterest/.test((vendors || 0)['disabled'])
      ? NO
      : choose(/^(?=.*,cookies,).*([_,]ads?[_,]|marketing|advert|publicit)/i.test(on), /\w/.test(off) && !/\w/.test(on));
  };

  /**
   * One row for each cookie: its name, then either the patterns of a yes and of a no, or a function that returns the
   * answer. The patterns see the whole pair, decoded, the functions as it is. A pair that neither matches is unknown.
   *
   * @type {!Array<!Array<?>>}
   */
  let platforms = [
    [
      // OneTrust writes its groups when its banner opens. They are an answer if it is closed or if GPC decided.
      /^OptanonConsent=/,
      (raw) => {
        let groups = unescape(raw.replace(/^.*groups=|^.*|&.*$/g, ''));
        let known = groups.match(/(^|,)(C0004|4|S?SPD_BG|OSSTA_BG|(V2)?STACK[^:]*):./g);
        return /:0\b/.test(known || groups)
          ? choose(0, (known || !/:1.*:1/.test(groups)) && /AlertBoxClosed=|isGpcEnabled=1/.test(document.cookie))
          : choose(/:1\b/.test(groups), 0);
      }
    ],
    [/^CookieConsent=/, /=-1$|marketing"?: ?true/, /=0$|marketing"?: ?false/],
    [
      /^cookieyes-consent=/,
      /[,=]action:\w.*,advertisement:yes/,
      /[,=]action:\w.*,advertisement:no|,consent:no,action:\w(?!.*,adv)/
    ],
    // TrustArc: level 2 is advertising. cmapi counts from 1.
    [/^(notice_(gdpr_)?pref|cmapi_c)/, /gdpr_prefs=[^:]*2|ences=[^:]*[2-9]|permit.*3/, /=\d|=permit/],
    [/^CookieScriptConsent=/, /"action":"accept"(?!.*categories(?![^\]]*targeting))/, /"action":"(accept|reject)"/],
    // iubenda: purpose 5 is marketing. A visitor who refused all the rest refused this too.
    [/^_iub_cs-s?\d+=.*(purp|"consent)/, /"(5|consent)":true/, /"(5|consent)":false|^(?!.*(true.*true|"5")).*false/],
    [/^_iub_cs-s?\d+-uspr=/, /^(?!.*false).*true/, /false/],
    [
      /^didomi_token=/,
      (raw) => {
        let token = JSON.parse(atob(unescape(raw).slice(13)));
        // If Didomi follows the IAB's framework, the purposes stand in the next cookie.
        return (
          didomi(token['purposes'] || {}, token['vendors']) ||
          (/euconsent-v2=/.test(document.cookie) ? undefined : UNKNOWN)
        );
      }
    ],
    // An IAB TC string: its 26th and 27th character, of 6 bits, hold the consent to purposes 1, 3 and 4, and to 7.
    [/^euconsent-v2=/, /=C[\w-]{24}[LPbfrv7_][I-PYZa-fo-v4-9_-][\w-]{3}/, /=C[\w-]{29}/],
    [/^cmplz_marketing=/, /=allow$/, /=deny$/]
  ];

  /** Returns a function that never throws. */
  let safely = (action) => (value) => {
    try {
      return action(value);
    } catch (e) {}
  };

  /** Returns the answer of one cookie, or undefined if it is not a platform's cookie. */
  let judge = (raw) => {
    let text = unescape(raw);
    let row = platforms.find((each) => each[0].test(text));
    return row && (row[2] ? choose(row[1].test(text), row[2].test(text)) : safely(row[1])(raw));
  };

  /** The answers that banners have called back with. */
  let heard = [];

  /** The functions that subscribe to a banner. They throw until it is there, and then return true. */
  let subscribe = [
    () => {
      window['__tcfapi']('addEventListener', 2, (data) => {
        if (data['gdprApplies'] && /^(tcl|user)/.test(data['eventStatus'])) {
          heard[0] = judge('euconsent-v2=' + data['tcString']);
          check();
        }
      });
      return true;
    },
    () => {
      window['Osano']['cm']['addEventListener']('osano-cm-consent-saved', (consent) => {
        heard[1] = choose(consent['MARKETING'] === 'ACCEPT', 1);
        check();
      });
      return true;
    }
  ];

  /** The functions that ask a banner without a cookie. */
  let ask = [
    () => {
      let status = window['Didomi']['getUserStatus']();
      return didomi(status['purposes']['consent'], status['vendors']['consent']);
    },
    () => {
      let usercentrics = window['UC_UI'];
      let marketing = usercentrics['getServicesBaseInfo']()
        .filter((service) => service['categorySlug'] === 'marketing')
        .map((service) => service['consent']['status'])
        .join();
      return usercentrics['isConsentRequired']() ? UNKNOWN : choose(marketing && !/false/.test(marketing), marketing);
    }
  ];

  /** Returns the last update of Google's consent mode. */
  let google = () => {
    let update = window['dataLayer'].slice().reverse().find((each) => each[1] === 'update' && each[2]['ad_storage']);
    return choose(!/denied/.test(update[2]['ad_storage'] + update[2]['ad_user_data']), 1);
  };

  /**
   * Passes the strictest answer to the script. A no always counts, as in the filter. A yes replaces a no only if that
   * no was the platform's too: the site's own buttons are not overruled. The platform's last answer is kept for that.
   */
  let check = safely(() => {
    subscribe = subscribe.filter((each) => !safely(each)());
    let answers = document.cookie
      .split('; ')
      .map(judge)
      .concat(heard, ask.map((each) => safely(each)()))
      .sort();
    let answer = answers[0] < 2 ? answers[0] : safely(google)();
    if (answer) {
      let has = (text) => document.cookie.includes('_epik_consent=' + text);
      let store = window.localStorage;
      if (answer < 0 ? !has('denied') : !has('') || (has('denied') && store['_epik_banner'] < 0)) {
        window['epik'][answer < 0 ? 'revoke' : 'grant']();
      }
      store['_epik_banner'] = answer;
    }
  });

  // A banner writes its cookie a moment after the click. Some banners are frames, whose clicks are messages here.
  'load click message OneTrustGroupsUpdated CookiebotOnConsentReady UC_UI_INITIALIZED'
    .split(' ')
    .forEach((name) => window.addEventListener(name, () => setTimeout(check, 300), true));
  check();
})();
