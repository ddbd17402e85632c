// SPDX-License-Identifier: Apache-2.0
/*
 * The capture alone, to be pasted into a static page's own <script>. It asks for no consent: it obeys neither
 * _epik_consent=denied nor Global Privacy Control. Use it only if no consent is needed, or after it was given.
 *
 * The cookie's domain is the host without www, as Pinterest's tag has it. Browsers take an address or a single label
 * for the host alone. Two things are left out for brevity: escapes are not decoded (the click ids that Pinterest
 * creates have none), and if the first epik is invalid, the second is taken.
 */
((page) =>
  page.search.replace(
    /^.(.*?&)??epik=([\w.~+\/=-]{1,512})(&|$)/,
    (pair, before, clickId) =>
      (document.cookie =
        '_epik=' +
        clickId +
        ';path=/;max-age=31536000;SameSite=Lax;domain=' +
        page.hostname.replace(/^www\./, '') +
        (page.protocol[5] ? ';Secure' : '')) // the s of https: makes it one longer
  ))(location);
