// A banner of the site's own: it grants in the visitor's name, first without one, then from a click.
addEventListener('load', async () => {
  document.querySelector('#own').addEventListener('click', () => window.askfirst.consent.grant('anonymous'));
  console.log(`granted by itself: ${await window.askfirst.consent.grant('anonymous')}`);
});
