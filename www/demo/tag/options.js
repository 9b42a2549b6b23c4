// @ts-check
// Every option of the snippet, as the form asks for it. A test holds this list against the types and against what the script takes.

/**
 * One option. What is typed: `text` in one line, `long` in more; what is chosen: `choice`, one of `values`, the first of which is
 * the default, or `words`, some of them.
 * @typedef {object} Option
 * @property {string} name as `init` spells it
 * @property {'text' | 'long' | 'choice' | 'words'} kind
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [example]
 * @property {string[]} [values]
 */

/** @type {{ title: string, options: Option[] }[]} */
export const GROUPS = [
  {
    title: 'Your site',
    options: [
      { name: 'site', kind: 'text', label: 'Name of the site', hint: 'The same in the page and at the collector.', example: 'example.org' },
      { name: 'endpoint', kind: 'text', label: 'Address of the collector', example: 'https://stats.example.org' },
      { name: 'policy', kind: 'text', label: 'Address of your privacy policy', example: '/privacy/' },
    ],
  },
  {
    title: 'What may be known',
    options: [
      { name: 'level', kind: 'choice', label: 'The ceiling', hint: 'Nothing above it is asked for.', values: ['anonymous', 'none', 'aggregated', 'full'] },
      { name: 'beforeChoice', kind: 'choice', label: 'Before the choice', hint: 'And after a refusal: count without cookies, or do nothing.', values: ['aggregated', 'nothing'] },
      { name: 'audience', kind: 'choice', label: 'Who reads the site', hint: 'Children are never asked.', values: ['everybody', 'children'] },
    ],
  },
  {
    title: 'The question',
    options: [
      { name: 'banner', kind: 'choice', label: 'It shows', hint: 'By itself, when you call it, or never.', values: ['auto', 'manual', 'off'] },
      { name: 'placement', kind: 'choice', label: 'Where it stands', values: ['left', 'right', 'bottom'] },
      { name: 'lang', kind: 'text', label: 'Language', hint: 'That of the page, unless you say another.', example: 'de' },
      { name: 'controller', kind: 'text', label: 'Who is responsible', hint: 'As the question names them. Another one asks everybody again.', example: 'Example Ltd' },
      { name: 'recipients', kind: 'text', label: 'Who else receives the data', hint: 'Nobody by default. Then the question has to be your own.' },
      { name: 'policyNumber', kind: 'text', label: 'Number of the policy', hint: 'Raise it to ask everybody again.', example: '1' },
      { name: 'texts', kind: 'long', label: 'Your own words', hint: 'As JSON.', example: '{ "title": "May we remember you?" }' },
      { name: 'adapter', kind: 'choice', label: 'Another consent tool whose answer is taken', values: ['', 'google', 'tcf'] },
    ],
  },
  {
    title: 'What is caught beside page views',
    options: [
      { name: 'capture', kind: 'words', label: 'Catch', values: ['events', 'links', 'downloads', 'forms', 'missing', 'elements', 'engagement', 'vitals'] },
      { name: 'downloads', kind: 'text', label: 'Extensions that are downloads', hint: 'In place of our list.', example: 'pdf zip' },
      { name: 'routes', kind: 'choice', label: 'What names a page', hint: 'The path, or what stands behind #.', values: ['path', 'hash'] },
      { name: 'canonical', kind: 'choice', label: 'Let <link rel=canonical> name it', values: ['off', 'on'] },
      { name: 'paths', kind: 'text', label: 'Rules for paths', example: '/users/:id /shop/:category' },
      { name: 'exclude', kind: 'text', label: 'Pages that are not counted', example: '/admin/**' },
      { name: 'beforeSend', kind: 'text', label: 'A function that sees each hit', hint: 'Its name, on window.', example: 'beforeSend' },
    ],
  },
  {
    title: 'Cookies and machines',
    options: [
      { name: 'cookieDomain', kind: 'text', label: 'Domain whose hosts share the choice', hint: 'Each host keeps its own, unless you name one.', example: 'example.org' },
      { name: 'idCookie', kind: 'choice', label: 'Who makes the id, after a yes', hint: 'The collector keeps it where no script can read it.', values: ['page', 'collector'] },
      { name: 'local', kind: 'choice', label: 'Count your own machine too', values: ['off', 'on'] },
    ],
  },
];

export const OPTIONS = GROUPS.flatMap(({ options }) => options);

/** What only the tag says. @type {Option[]} */
export const LOADING = [
  { name: 'pin', kind: 'choice', label: 'Hold the page to this build, by hash (SRI)', hint: 'The script, or all the scripts that it loads as well.', values: ['off', 'script', 'all'] },
];

/** What only the collector asks for. @type {Option[]} */
export const COLLECTOR = [
  { name: 'events', kind: 'text', label: 'Events that you count', hint: 'Others are counted as “(other)”.', example: 'signup download' },
  { name: 'props', kind: 'long', label: 'Their properties, with every value', hint: 'One in each line.', example: 'plan: free pro' },
];
