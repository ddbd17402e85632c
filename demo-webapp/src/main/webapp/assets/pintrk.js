/*
 * Stands in for Pinterest's browser tag on pages that a cache stores. The real tag calls Pinterest; this one calls the
 * shop, which forwards the call to the simulated Pinterest.
 */
window.pintrk = function (how, event, data) {
  'use strict';
  fetch('/tag/' + event, {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify(data)
  });
};
