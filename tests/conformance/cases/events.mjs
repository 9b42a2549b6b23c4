// What is caught beside page views.

/** @type {import('./cases.mjs').Case[]} */
export const EVENTS = [
  {
    name: 'a marked link that leads away, with a property',
    options: { capture: 'events' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#signup');
      await visit.at('/blank');
    },
    views: ['/a'],
    events: [['signup', { plan: 'pro' }]],
  },
  {
    name: 'a marked link, by the middle button',
    options: { capture: 'events' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#signup', 'middle');
    },
    views: ['/a'],
    events: [['signup', { plan: 'pro' }]],
  },
  {
    name: 'a marked button in shadow DOM',
    options: { capture: 'events' },
    shown: { page: 'shadow' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#component');
    },
    views: ['/a'],
    events: [['signup', { plan: 'free' }]],
  },
  {
    name: 'a link to another site',
    options: { capture: 'links' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#away');
      await visit.at('/blank?ticket=LINKSECRET');
    },
    views: ['/a'],
    events: [['outbound link', { host: '127.0.0.1' }]],
  },
  {
    name: 'a file',
    options: { capture: 'downloads' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#file');
    },
    views: ['/a'],
    events: [['file download', { file: '/files/terms.pdf' }]],
  },
  {
    name: 'a form that is sent',
    options: { capture: 'forms' },
    shown: { page: 'form' },
    async run(visit) {
      await visit.open('/order');
      await visit.click('#send');
      await visit.at('/blank');
    },
    views: ['/order'],
    events: [['form submission', { form: 'order' }]],
  },
  {
    name: 'elements that are seen, once on each page',
    options: { capture: 'elements' },
    shown: { page: 'seen' },
    async run(visit) {
      await visit.open('/a');
      for (const to of [3_000, 0, 3_000]) await visit.scroll(to);
    },
    views: ['/a'],
    events: [
      ['element view', { element: 'offer' }],
      ['element view', { element: 'footer' }],
    ],
  },
  {
    name: 'how long and how far a page was read, once',
    options: { capture: 'engagement' },
    shown: { page: 'seen' },
    async run(visit) {
      await visit.open('/a');
      await visit.scroll(3_000);
    },
    views: ['/a'],
    events: [['engagement', { seconds: '0-10', scroll: '75-100' }]],
  },
  {
    name: 'the same for each page of a single-page site',
    options: { capture: 'engagement' },
    shown: { page: 'seen' },
    async run(visit) {
      await visit.open('/a');
      await visit.push('/b');
      await visit.runs();
    },
    views: ['/a', '/b'],
    events: [
      ['engagement', { seconds: '0-10', scroll: '0-25' }],
      ['engagement', { seconds: '0-10', scroll: '0-25' }],
    ],
  },
  {
    name: 'web vitals',
    options: { capture: 'vitals' },
    async run(visit) {
      await visit.open('/a');
      await visit.evaluate(() => document.body.append('more'));
      await visit.click('h1');
      await visit.stay();
    },
    views: ['/a'],
    events: [['web vitals', {}, 'any']],
  },
  {
    name: 'nothing of it where nothing of it is switched on',
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#file');
      await visit.click('#signup');
      await visit.at('/blank');
    },
    views: ['/a'],
    events: [],
  },
];
