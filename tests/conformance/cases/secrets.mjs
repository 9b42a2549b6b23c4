// What is secret in an address or in a field reaches no request: not its URL, not its headers, not its body.
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N';

/** @type {import('./cases.mjs').Case[]} */
export const SECRETS = [
  {
    name: 'secrets in the query',
    async run(visit) {
      await visit.open('/welcome?email=ada.lovelace%40example.org&token=TOKENSECRET');
      await visit.push('/next?reset=RESETSECRET');
    },
    views: ['/welcome', '/next'],
    secrets: ['ada.lovelace', 'TOKENSECRET', 'RESETSECRET'],
  },
  {
    name: 'a token in the path',
    run: (visit) => visit.open(`/reset/${JWT}`),
    views: ['/reset/:id'],
    secrets: JWT.split('.'),
  },
  {
    name: 'a token in the fragment',
    run: (visit) => visit.open('/welcome#access_token=ACCESSSECRET'),
    views: ['/welcome'],
    secrets: ['ACCESSSECRET'],
  },
  {
    name: 'a token in a route of the fragment',
    options: { routes: 'hash' },
    async run(visit) {
      await visit.open(`/app#/reset/${JWT}?token=TOKENSECRET`);
      await visit.hash('#access_token=ACCESSSECRET');
    },
    views: ['/app/reset/:id', '/app'],
    secrets: [...JWT.split('.'), 'TOKENSECRET', 'ACCESSSECRET'],
  },
  {
    name: 'a referrer with a query',
    async run(visit) {
      for (const origin of [visit.site.other, visit.site.origin]) {
        await visit.driven.goto(`${origin}/blank?session=REFERRERSECRET`);
        await visit.evaluate((href) => {
          const link = document.createElement('a');
          link.href = href;
          document.body.append(link);
          link.click();
        }, `${visit.site.origin}/landing`);
        await visit.at('/landing');
        await visit.runs();
      }
    },
    views: ['/landing', '/landing'],
    entries: 1,
    secrets: ['REFERRERSECRET'],
  },
  {
    name: 'the fields of a form',
    options: { capture: 'forms' },
    shown: { page: 'form' },
    async run(visit) {
      await visit.open('/order');
      await visit.click('#name');
      await visit.click('#send');
      await visit.at('/blank');
    },
    views: ['/order'],
    events: [['form submission', { form: 'order' }]],
    secrets: ['FIELDSECRET', 'fieldsecret2'],
  },
  {
    name: 'the query of a link and of a file',
    options: { capture: 'links downloads' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#file');
      await visit.click('#away');
      await visit.at('/blank?ticket=LINKSECRET');
    },
    views: ['/a'],
    events: [
      ['file download', { file: '/files/terms.pdf' }],
      ['outbound link', { host: '127.0.0.1' }],
    ],
    secrets: ['LINKSECRET', 'FILESECRET'],
  },
  {
    name: "a token in a file's path",
    options: { capture: 'downloads' },
    shown: { page: 'links' },
    async run(visit) {
      await visit.open('/a');
      await visit.click('#secret-file');
    },
    views: ['/a'],
    events: [['file download', { file: '/files/:id/terms.pdf' }]],
    secrets: JWT.split('.'),
  },
];
