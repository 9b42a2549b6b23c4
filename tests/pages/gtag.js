// What a page with Google's consent mode does before anybody has answered.
window.dataLayer = window.dataLayer || [];
function gtag() {
  window.dataLayer.push(arguments);
}
window.gtag = gtag;
gtag('consent', 'default', { analytics_storage: 'granted' });
