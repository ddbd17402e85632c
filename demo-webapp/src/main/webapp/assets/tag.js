/*
 * Stands for Pinterest's browser tag: tells of the page's event, under the id that the server tells it by. The real tag
 * calls Pinterest, by pintrk.apply(null, call); this one calls the shop, which passes it to the simulated Pinterest.
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
