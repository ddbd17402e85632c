/* Reports a product that was put into the basket: through the beacon, and with the same event id by Pinterest's tag. */
(function () {
  'use strict';
  var button = document.getElementById('choose');
  button.onclick = function () {
    var data = button.dataset;
    var id = window.epikEvent && epikEvent('add_to_cart', { item: data.sku, value: data.price, currency: data.currency });
    pintrk('track', 'addtocart', { event_id: id, value: data.price, currency: data.currency });
    document.getElementById('chosen').textContent = 'Chosen.';
  };
})();
