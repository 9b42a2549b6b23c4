// What keeps the pages of this run from WebAssembly. The same tests then hold of what the module becomes in plain JavaScript.
//   ASKFIRST_WITHOUT_WASM=compiler: browsers have none, as in Lockdown Mode or where it is managed so
//   ASKFIRST_WITHOUT_WASM=policy: browsers have it, and every page forbids it: script-src 'self'
//   ASKFIRST_WITHOUT_WASM=policy node --test tests/e2e/queue.test.mjs

const by = process.env.ASKFIRST_WITHOUT_WASM ?? '';
if (!['', 'compiler', 'policy'].includes(by)) throw new Error(`ASKFIRST_WITHOUT_WASM=${by}: it is compiler, policy, or not set`);

export const WITHOUT_COMPILER = by === 'compiler';
export const BY_POLICY = by === 'policy';
export const WITHOUT_WASM = WITHOUT_COMPILER || BY_POLICY;

/**
 * The policy of a page, where pages have one in this run: its own origin may run scripts, and the collector's where that is another.
 * @param {string} [elsewhere]
 * @returns {Record<string, string>}
 */
export const policy = (elsewhere = '') => (BY_POLICY ? { 'content-security-policy': `script-src 'self' ${elsewhere}`.trim() } : {});

/** What Chromium says of the one attempt on the console of such a page. */
export const isAttempt = (/** @type {string} */ line) =>
  BY_POLICY && !line.includes('askfirst is off') && /WebAssembly/.test(line) && /Content Security Policy/i.test(line);

/** What a page that runs has fetched of the collector, whichever way the module runs. @param {{ path: string }} message */
export const isScript = ({ path }) => path === '/askfirst.js' || path === '/askfirst-plain.js';
