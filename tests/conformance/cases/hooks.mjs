// The site's own hook, which sees what is to be sent. Each of the three does its part in the words of each tracker.

/** Puts a function `hook` on the window. @param {string} body what it does with `hit`, and `props`, where it finds them */
const hook = (body) => ({
  page: 'links',
  head: `<script>
    window.hook = (hit) => {
      if (!hit) return hit;
      const props = hit.event?.props ?? hit.p ?? hit.properties ?? {};
      ${body}
    };
  </script>`,
});

/** @param {import('../lib/visit.mjs').Visit} visit */
async function run(visit) {
  await visit.open('/a');
  await visit.click('#signup');
  await visit.at('/blank');
}

const options = { capture: 'events', beforeSend: 'hook' };

/** @type {import('./cases.mjs').Case[]} */
export const HOOKS = [
  {
    name: 'a hook that drops everything',
    options,
    shown: hook('return null;'),
    async run(visit) {
      await visit.pass('/a');
      await visit.click('#signup');
      await visit.at('/blank');
    },
    views: [],
    events: [],
  },
  {
    name: 'a hook that leaves something out',
    options,
    shown: hook('delete props.plan; delete props.$elements_chain; delete props.$elements; return hit;'),
    run,
    views: ['/a'],
    events: [['signup', {}]],
    secrets: ['"pro"'],
  },
  {
    name: 'a hook that tries to add: nothing is added',
    options,
    shown: hook("props.extra = 'ADDEDSECRET'; props.plan = 'ADDEDSECRET'; return { ...hit, extra: 'ADDEDSECRET', id: 'ADDEDSECRET' };"),
    run,
    views: ['/a'],
    events: [['signup', { plan: 'pro' }]],
    secrets: ['ADDEDSECRET'],
  },
  {
    name: 'a hook that throws: nothing',
    options,
    shown: hook("throw new Error('a hook with a fault');"),
    async run(visit) {
      await visit.pass('/a');
    },
    views: [],
    events: [],
  },
];
