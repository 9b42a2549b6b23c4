// Which page it is, and which pages are not counted.

/** @type {import('./cases.mjs').Case[]} */
export const PAGES = [
  {
    name: '<link rel=canonical> names the page',
    options: { canonical: 'on' },
    shown: { head: '<link rel="canonical" href="/shoes" />' },
    run: (visit) => visit.open('/sale/shoes'),
    views: ['/shoes'],
  },
  {
    name: 'a rule for paths: /users/:name',
    options: { paths: '/users/:name /:shop/cart' },
    async run(visit) {
      await visit.open('/users/ada');
      await visit.push('/garden/cart');
    },
    views: ['/users/:name', '/:shop/cart'],
  },
  {
    name: 'ids in paths are masked by themselves',
    async run(visit) {
      await visit.open('/orders/123456/items');
      await visit.push('/u/550e8400-e29b-41d4-a716-446655440000');
      await visit.push('/invite/ada@example.org');
    },
    views: ['/orders/:id/items', '/u/:id', '/invite/:email'],
  },
  {
    name: 'paths in other scripts, and a long word',
    async run(visit) {
      await visit.open(encodeURI('/記事/東京オリンピックの開催について'));
      await visit.push(encodeURI('/บทความ/การท่องเที่ยวในประเทศไทย'));
      await visit.push('/kategorie/kraftfahrzeughaftpflichtversicherung');
      await visit.push(encodeURI('/статьи/достопримечательности'));
    },
    views: [
      '/記事/東京オリンピックの開催について',
      '/บทความ/การท่องเที่ยวในประเทศไทย',
      '/kategorie/kraftfahrzeughaftpflichtversicherung',
      '/статьи/достопримечательности',
    ],
  },
  {
    name: 'excluded pages: nothing, nor events on them',
    options: { exclude: '/admin/**', capture: 'events' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.pass('/admin/users');
      await visit.click('#signup');
      await visit.at('/blank');
    },
    views: [],
    events: [],
  },
  {
    name: 'between counted and excluded pages',
    options: { exclude: '/admin/**' },
    async run(visit) {
      await visit.open('/a');
      await visit.push('/admin/users');
      await visit.push('/b');
    },
    views: ['/a', '/b'],
  },
  {
    name: 'this machine, not switched on: nothing, and one line says so',
    options: { local: 'off' },
    run: (visit) => visit.pass('/a'),
    views: [],
    also: ({ driven: { console } }) => !console || console.length === 1 || `the console said ${JSON.stringify(console)}`,
  },
  {
    name: 'a page that says that it is not found, where the browser does not tell',
    differs: true,
    options: { capture: 'missing' },
    shown: { head: '<meta data-askfirst-missing />' },
    run: (visit) => visit.open('/nowhere'),
    views: ['/nowhere'],
    events: [['page not found', {}]],
  },
  {
    name: 'a page that is not found',
    differs: true,
    options: { capture: 'missing' },
    shown: { status: 404 },
    // It does not tell the status of a page.
    without: ['WebKit'],
    run: (visit) => visit.open('/nowhere'),
    views: ['/nowhere'],
    events: [['page not found', {}]],
  },
];
