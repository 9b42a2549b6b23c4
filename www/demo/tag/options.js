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
      { name: 'site', kind: 'text', label: 'Name of the site', hint: 'The same in the page and in the collector’s configuration.', example: 'example.org' },
      { name: 'endpoint', kind: 'text', label: 'Address of the collector', example: 'https://stats.example.org' },
      { name: 'policy', kind: 'text', label: 'Address of your privacy policy', example: '/privacy/' },
    ],
  },
  {
    title: 'What may be known',
    options: [
      { name: 'level', kind: 'choice', label: 'The ceiling', hint: 'Nothing above it is asked for.', values: ['anonymous', 'none', 'aggregated', 'full'] },
      { name: 'beforeChoice', kind: 'choice', label: 'Before the choice', hint: 'Also after a rejection: count without cookies, or do nothing.', values: ['aggregated', 'nothing'] },
      { name: 'audience', kind: 'choice', label: 'Audience', hint: 'Children are never asked.', values: ['everybody', 'children'] },
    ],
  },
  {
    title: 'The question',
    options: [
      { name: 'banner', kind: 'choice', label: 'When it shows', hint: 'By itself, when you call it, or never.', values: ['auto', 'manual', 'off'] },
      { name: 'placement', kind: 'choice', label: 'Position', values: ['left', 'right', 'bottom'] },
      { name: 'lang', kind: 'text', label: 'Language', hint: 'Default: the language of the page.', example: 'de' },
      { name: 'controller', kind: 'text', label: 'Controller', hint: 'The name in the question. A change asks everybody again.', example: 'Example Ltd' },
      { name: 'recipients', kind: 'text', label: 'Who else receives the data', hint: 'Default: nobody. Otherwise you need your own question.' },
      { name: 'policyNumber', kind: 'text', label: 'Policy number', hint: 'Raise it to ask everybody again.', example: '1' },
      { name: 'texts', kind: 'long', label: 'Your own texts', hint: 'As JSON.', example: '{ "title": "May we remember you?" }' },
      { name: 'adapter', kind: 'choice', label: 'Use the answer of another consent tool', values: ['', 'google', 'tcf'] },
    ],
  },
  {
    title: 'What is captured beside page views',
    options: [
      { name: 'capture', kind: 'words', label: 'Catch', values: ['events', 'links', 'downloads', 'forms', 'missing', 'elements', 'engagement', 'vitals'] },
      { name: 'downloads', kind: 'text', label: 'Extensions that are downloads', hint: 'Instead of our list.', example: 'pdf zip' },
      { name: 'routes', kind: 'choice', label: 'What names a page', hint: 'The path, or the part after #.', values: ['path', 'hash'] },
      { name: 'canonical', kind: 'choice', label: 'Let <link rel=canonical> name it', values: ['off', 'on'] },
      { name: 'paths', kind: 'text', label: 'Rules for paths', example: '/users/:id /shop/:category' },
      { name: 'exclude', kind: 'text', label: 'Pages that are not counted', example: '/admin/**' },
      { name: 'beforeSend', kind: 'text', label: 'A function that is called with each hit', hint: 'Its name, on window.', example: 'beforeSend' },
    ],
  },
  {
    title: 'Cookies and machines',
    options: [
      { name: 'cookieDomain', kind: 'text', label: 'Domain whose hosts share the choice', hint: 'Default: each host has its own.', example: 'example.org' },
      { name: 'idCookie', kind: 'choice', label: 'Who makes the id, after consent', hint: 'The collector’s cookie cannot be read by scripts.', values: ['page', 'collector'] },
      { name: 'local', kind: 'choice', label: 'Count your own machine too', values: ['off', 'on'] },
    ],
  },
];

export const OPTIONS = GROUPS.flatMap(({ options }) => options);

/** What only the tag says. @type {Option[]} */
export const LOADING = [
  { name: 'pin', kind: 'choice', label: 'Pin the page to this build, by hash (SRI)', hint: 'The script, or also all scripts that it loads.', values: ['off', 'script', 'all'] },
];

/** What only the collector asks for. @type {Option[]} */
export const COLLECTOR = [
  { name: 'events', kind: 'text', label: 'Events that you count', hint: 'Others are counted as “(other)”.', example: 'signup download' },
  { name: 'props', kind: 'long', label: 'Their properties, with every value', hint: 'One per line.', example: 'plan: free pro' },
];
