// SPDX-License-Identifier: Apache-2.0
/*
 * Behaves like the banner that ?banner=... names: what it has before an answer, and answer(true) or answer(false) as
 * its buttons do. Banners with a cookie write it a moment after the click.
 */
(function () {
  var closed = 'OptanonAlertBoxClosed=2025-12-03T10:14:03.198Z';
  var tcString = {
    yes: 'CP9KXsAP9KXsAAHABBENAwEsAP_gAAAAAAAAF5wBgAIAAq',
    no: 'CQX48QAQX48QAAGABBENB3FgAAAAAAAAAAYgAAAAAAAA'
  };

  /** The cookies before an answer, after a yes and after a no, by the name of the banner. */
  var cookies = {
    onetrust: [
      ['OptanonConsent=isGpcEnabled=0&interactionCount=0&groups=C0001%3A1%2CC0004%3A0'],
      ['OptanonConsent=isGpcEnabled=0&interactionCount=1&groups=C0001%3A1%2CC0004%3A1', closed],
      ['OptanonConsent=isGpcEnabled=0&interactionCount=1&groups=C0001%3A1%2CC0004%3A0', closed]
    ],
    cookieyes: [
      ['cookieyes-consent=consentid:a,consent:no,action:,necessary:yes,advertisement:no,other:no'],
      ['cookieyes-consent=consentid:a,consent:yes,action:yes,necessary:yes,advertisement:yes,other:yes'],
      ['cookieyes-consent=consentid:a,consent:no,action:yes,necessary:yes,advertisement:no,other:no']
    ],
    trustarc: [
      ['notice_behavior=expressed,eu'],
      ['notice_preferences=2:', 'notice_gdpr_prefs=0,1,2:', 'cmapi_cookie_privacy=permit 1,2,3'],
      ['notice_preferences=0:', 'notice_gdpr_prefs=0:', 'cmapi_cookie_privacy=permit 1 required']
    ],
    cookiescript: [
      ['CookieScriptConsent={"bannershown":1,"key":"a"}'],
      ['CookieScriptConsent={"bannershown":1,"action":"accept","categories":"[\\"targeting\\"]","key":"a"}'],
      ['CookieScriptConsent={"bannershown":1,"action":"reject","categories":"[]","key":"a"}']
    ],
    iubenda: [
      ['_iub_cs-56497403=' + encodeURIComponent('{"id":56497403}')],
      ['_iub_cs-56497403=' + encodeURIComponent('{"purposes":{"1":true,"4":true,"5":true},"id":56497403}')],
      ['_iub_cs-56497403=' + encodeURIComponent('{"purposes":{"1":true,"4":false,"5":false},"id":56497403}')]
    ],
    didomi: [
      ['didomi_token=' + btoa('{"user_id":"0","version":null}')],
      ['didomi_token=' + btoa('{"purposes":{"enabled":["cookies","create_ads_profile"]},"version":2}')],
      ['didomi_token=' + btoa('{"purposes":{"disabled":["cookies","create_ads_profile"]},"version":2}')]
    ],
    didomitcf: [
      ['didomi_token=' + btoa('{"user_id":"0","version":null}')],
      ['didomi_token=' + btoa('{"vendors":{"enabled":["google"]},"version":2}'), 'euconsent-v2=' + tcString.yes],
      ['didomi_token=' + btoa('{"vendors":{"disabled":["google"]},"version":2}'), 'euconsent-v2=' + tcString.no]
    ],
    cookiebot: [
      [],
      ['CookieConsent={stamp:%27a%27%2Cnecessary:true%2Cmarketing:true%2Cver:1}'],
      ['CookieConsent={stamp:%27a%27%2Cnecessary:true%2Cmarketing:false%2Cver:1}']
    ],
    tcfcookie: [[], ['euconsent-v2=' + tcString.yes], ['euconsent-v2=' + tcString.no]],
    complianz: [[], ['cmplz_marketing=allow'], ['cmplz_marketing=deny']]
  };

  /** Functions that set the banner's own functions and return the effect of its buttons, by the name of the banner. */
  var apis = {
    tcf: function () {
      var listeners = [];
      var data = { gdprApplies: true, eventStatus: 'cmpuishown', tcString: tcString.no };
      window.__tcfapi = function (command, version, listener) {
        listeners.push(listener);
        listener(data, true);
      };
      return function (yes) {
        data = { gdprApplies: true, eventStatus: 'useractioncomplete', tcString: yes ? tcString.yes : tcString.no };
        listeners.forEach(function (listener) {
          listener(data, true);
        });
      };
    },
    didomiapi: function () {
      var names = { enabled: [], disabled: [] };
      window.Didomi = {
        getUserStatus: function () {
          return { purposes: { consent: names }, vendors: { consent: { enabled: [], disabled: [] } } };
        }
      };
      return function (yes) {
        var all = ['cookies', 'select_personalized_ads', 'market_research'];
        names = { enabled: yes ? all : [], disabled: yes ? [] : all };
        document.body.click();
      };
    },
    usercentrics: function () {
      var required = true;
      var status = false;
      window.UC_UI = {
        isConsentRequired: function () {
          return required;
        },
        getServicesBaseInfo: function () {
          return [
            { name: 'Shop', categorySlug: 'essential', consent: { status: true } },
            { name: 'Pinterest', categorySlug: 'marketing', consent: { status: status } }
          ];
        }
      };
      return function (yes) {
        required = false;
        status = yes;
        document.body.click();
      };
    },
    osano: function () {
      var listeners = [];
      window.Osano = {
        cm: {
          addEventListener: function (name, listener) {
            listeners.push(name === 'osano-cm-consent-saved' && listener);
          }
        }
      };
      return function (yes) {
        listeners.forEach(function (listener) {
          listener({ ESSENTIAL: 'ACCEPT', MARKETING: yes ? 'ACCEPT' : 'DENY' });
        });
      };
    },
    google: function () {
      window.dataLayer = [];
      var gtag = function () {
        window.dataLayer.push(arguments);
      };
      gtag('js', new Date());
      gtag('consent', 'default', { ad_storage: 'denied', ad_user_data: 'denied' });
      return function (yes) {
        gtag('consent', 'update', { ad_storage: yes ? 'granted' : 'denied', ad_user_data: yes ? 'granted' : 'denied' });
        window.dataLayer.push({ event: 'consent' });
        document.body.click();
      };
    }
  };

  var write = function (pairs) {
    pairs.forEach(function (pair) {
      document.cookie = pair + ';path=/;max-age=600';
    });
  };

  var name = (/[?&]banner=(\w+)/.exec(location.search) || [])[1];
  if (apis[name]) {
    window.answer = apis[name]();
  } else if (cookies[name]) {
    var first = (cookies[name][1][0] || '').split('=')[0];
    if (document.cookie.indexOf(first + '=') < 0) {
      write(cookies[name][0]);
    }
    window.answer = function (yes) {
      document.body.click();
      setTimeout(function () {
        write(cookies[name][yes ? 1 : 2]);
        window.dispatchEvent(new Event(name === 'cookiebot' ? 'CookiebotOnConsentReady' : 'OneTrustGroupsUpdated'));
      }, 50);
    };
  }
})();
