/*
 * Stands in for Pinterest's browser tag: reports the page's event with the same id as the server. The real tag calls
 * Pinterest with pintrk.apply(null, call); this one calls the shop, which forwards the call to the simulated Pinterest.
 */
(function () {
  'use strict';
  var call = JSON.parse(document.currentScript.dataset.pintrk); // ["track", "checkout", {"event_id": …}]
  fetch('/tag/' + call[1], {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify(call[2])
  });
})();
