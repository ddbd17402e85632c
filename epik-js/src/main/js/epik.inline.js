// SPDX-License-Identifier: Apache-2.0
/*
 * The capture alone, to be pasted into a static page's own <script>. It asks for no consent, so it belongs only where none is
 * needed or where it was given. The cookie's domain has no www, as everywhere; where it is an address or a single label, browsers
 * take it for the host alone. Two things are given up for brevity: escapes are not decoded, since no click id that Pinterest
 * mints has any, and a broken first epik gives way to a second.
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
