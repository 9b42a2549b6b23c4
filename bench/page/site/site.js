// What a site's own script is like: a filter of the list, and the place in the page that is remembered in the menu.
const cards = [...document.querySelectorAll('.card')];
const button = document.querySelector('.masthead button');
button.addEventListener('click', () => {
  const only = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(only));
  for (const card of cards) card.hidden = only && !card.textContent.includes('shade');
});
const links = new Map([...document.querySelectorAll('.masthead li a')].map((link) => [link.hash.slice(1), link]));
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) links.get(target.id)?.classList.toggle('here', isIntersecting);
});
for (const section of document.querySelectorAll('main section[id]')) watcher.observe(section);
