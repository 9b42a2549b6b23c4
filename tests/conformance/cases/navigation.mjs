// What is a page view, and what is none.

/** @type {import('./cases.mjs').Case[]} */
export const NAVIGATION = [
  { name: 'load', run: (visit) => visit.open('/pricing'), views: ['/pricing'], entries: 1 },
  {
    name: 'reload: a view, and nobody came',
    async run(visit) {
      await visit.open('/pricing');
      await visit.reload();
    },
    views: ['/pricing', '/pricing'],
    entries: 1,
  },
  {
    name: 'pushState to a new path',
    async run(visit) {
      await visit.open('/a');
      await visit.push('/b');
    },
    views: ['/a', '/b'],
    entries: 1,
  },
  {
    name: 'replaceState to a new path',
    async run(visit) {
      await visit.open('/a');
      await visit.replace('/b');
    },
    views: ['/a', '/b'],
    entries: 1,
  },
  {
    name: 'pushState of the same URL: nothing',
    async run(visit) {
      await visit.open('/a');
      await visit.push('/a');
    },
    views: ['/a'],
  },
  {
    name: 'pushState of another query: nothing',
    async run(visit) {
      await visit.open('/a');
      await visit.push('/a?sort=up');
    },
    views: ['/a'],
  },
  {
    name: 'another hash: nothing',
    async run(visit) {
      await visit.open('/a');
      await visit.hash('#part');
    },
    views: ['/a'],
  },
  {
    name: 'hash routes: a view for each',
    options: { routes: 'hash' },
    async run(visit) {
      await visit.open('/app#/list');
      await visit.hash('#/item');
      await visit.hash('#/list');
    },
    views: ['/app/list', '/app/item', '/app/list'],
    entries: 1,
  },
  {
    name: 'back and forward by popstate',
    async run(visit) {
      await visit.open('/a');
      await visit.push('/b');
      await visit.back('/a');
      await visit.forward('/b');
    },
    views: ['/a', '/b', '/a', '/b'],
    entries: 1,
  },
  {
    name: 'from the back/forward cache: a view again',
    async run(visit) {
      await visit.open('/a');
      await visit.returns('/a');
    },
    views: ['/a', '/a'],
    entries: 1,
  },
  {
    name: 'prerendered, never shown: nothing',
    shown: { page: 'prerendered' },
    without: ['Firefox', 'WebKit'],
    plain: '/prerender',
    done: 'prerendering',
    views: [],
  },
  {
    name: 'prerendered, then shown: one view',
    shown: { page: 'prerendered' },
    without: ['Firefox', 'WebKit'],
    plain: '/prerender?activate',
    done: 'activated',
    views: ['/prerendered'],
  },
];
