// The page that is measured: a shop's list with several hundred elements, two pictures, a style sheet and a script of its own. It is the
// same for all but for the tags.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { html, script, style } from '../lib/server.mjs';

/** Where the page's own files are: what comes from elsewhere is measured. */
export const OWN = '/page/';

const KINDS = ['Male fern', "Hart's tongue", 'Lady fern', 'Soft shield', 'Hard fern', 'Polypody', 'Brown Turkey', 'Ronde de Bordeaux'];
const PLACES = ['deep shade', 'half shade', 'a north wall', 'a south wall', 'a pot', 'the edge of a pond'];
const TEXT =
  'What is left in the beds after the first cold night tells how the autumn will go on. The ferns at the wall keep their green until the ' +
  'frost comes for the third time; the figs drop what they will not ripen, and hold on to the rest.';

/** @param {number} length @param {(index: number) => string} item */
const list = (length, item) => Array.from({ length }, (_, index) => item(index)).join('\n      ');
/** @param {string[]} words @param {number} index */
const one = (words, index) => words[index % words.length];

const CARDS = list(
  48,
  (index) => `<li class="card">
        <h3><a href="/page/plants/${index}/">${one(KINDS, index)}, number ${index + 1}</a></h3>
        <p>For ${one(PLACES, index)}; ${20 + ((index * 7) % 90)} cm high, and as wide after three years.</p>
        <div class="tags"><span>${index % 3 ? 'evergreen' : 'deciduous'}</span><span>${one(PLACES, index)}</span></div>
        <p><strong>${(6 + ((index * 13) % 40) / 2).toFixed(2)} €</strong></p>
      </li>`,
);
const ROWS = list(24, (index) => `<tr><td>${one(KINDS, index)}</td><td>${one(PLACES, index + 1)}</td><td>${(index * 37) % 120}</td></tr>`);

/** @param {string} head tags @param {string} end tags at the end of the body */
const page = (head, end) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ferns and figs, a list of plants</title>
    <meta name="description" content="A list of plants for a page that is measured.">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${OWN}style.css">
    <script defer src="${OWN}site.js"></script>
    ${head}
  </head>
  <body>
    <header class="masthead">
      <a class="brand" href="#top">Ferns and figs</a>
      <nav aria-label="Site"><ul>${['plants', 'stock', 'journal'].map((name) => `<li><a href="#${name}">${name}</a></li>`).join('')}</ul></nav>
      <button type="button" aria-pressed="false">Shade only</button>
    </header>
    <main id="top">
      <div class="hero">
        <div><h1>The first frost came early this year</h1><p>${TEXT}</p></div>
        <img src="${OWN}hero.png" width="1280" height="800" alt="A list of plants">
      </div>
      <section id="plants"><h2>Plants</h2><ul class="cards">
      ${CARDS}
      </ul></section>
      <section id="stock"><h2>In stock</h2><table><thead><tr><th>Plant</th><th>Place</th><th>Left</th></tr></thead><tbody>
      ${ROWS}
      </tbody></table></section>
      <section id="journal"><h2>Journal</h2>
        <img src="${OWN}below.png" width="1280" height="900" loading="lazy" alt="What was sold, by month">
        <article>${list(16, () => `<p>${TEXT}</p>`)}</article>
      </section>
    </main>
    <footer><ul>${list(18, (index) => `<li><a href="/page/more/${index}/">${one(PLACES, index)}</a></li>`)}</ul></footer>
    ${end}
  </body>
</html>
`;

/** Pictures of the documentation, which are as large as pictures are. @param {string} name @returns {import('../lib/server.mjs').File} */
const png = (name) => ({
  type: 'image/png',
  body: readFileSync(join(root, 'docs', 'images', name)),
  caching: 'public, max-age=31536000, immutable',
});

/** @param {string} name */
const own = (name) => readFileSync(join(root, 'bench', 'page', 'site', name), 'utf8');

/** The files of the page itself, by path. @returns {[string, import('../lib/server.mjs').File][]} */
export const ownFiles = () => [
  [`${OWN}style.css`, style(own('style.css'))],
  [`${OWN}site.js`, script(own('site.js'))],
  [`${OWN}hero.png`, png('demo.png')],
  [`${OWN}below.png`, png('report.png')],
];

/** The page with the tags of one side. @param {{ head?: string, end?: string }} tags */
export const withTags = ({ head = '', end = '' }) => html(page(head, end));
