// tag::static-banner[]
document.getElementById('accept').onclick = epik.grant;
document.getElementById('deny').onclick = epik.revoke;
// end::static-banner[]
