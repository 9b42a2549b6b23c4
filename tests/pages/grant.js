// A banner of the site's own: it grants in the visitor's name, first without one, then from a click.
addEventListener('load', () => {
  console.log(`granted by itself: ${window.askfirst.consent.grant('anonymous')}`);
  document.querySelector('#own').addEventListener('click', () => window.askfirst.consent.grant('anonymous'));
});
