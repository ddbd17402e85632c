/*
 * Stands for Pinterest's browser tag: tells of the page's event, under the id that the server tells it by. The real tag
 * calls Pinterest; this one calls the shop, which passes it to the simulated Pinterest.
 */
(function () {
  'use strict';
  var tag = document.currentScript.dataset;
  fetch('/tag/' + tag.event, {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({ event_id: tag.eventId, value: tag.value, currency: tag.currency })
  });
})();
