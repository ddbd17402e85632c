// tag::consent-buttons[]
acceptButton.onclick = epik.grant;   // captures what landed, on this page or the one before
denyButton.onclick = epik.revoke;    // erases, here and on the server's next page
// end::consent-buttons[]
// tag::browser-tag-js[]
pintrk.apply(null, JSON.parse(document.body.dataset.pintrk));
// end::browser-tag-js[]
// tag::data-layer[]
var call = JSON.parse(document.body.dataset.pintrk); // ["track", "checkout", {"event_id": "1001", …}]
window.dataLayer = window.dataLayer || [];
dataLayer.push({ epik: null });
dataLayer.push({ event: 'epik_' + call[1], epik: call[2] });
// end::data-layer[]
// tag::page-events-cart[]
function added(product) {
  const id = window.epikEvent && epikEvent('add_to_cart', {
    item: product.sku, value: product.price, currency: 'EUR'
  });
  pintrk('track', 'addtocart', { event_id: id, value: product.price, currency: 'EUR' });
}
// end::page-events-cart[]
