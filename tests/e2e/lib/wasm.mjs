// Whether the browsers are to have no WebAssembly, as with a compiler that is switched off (Lockdown Mode, a managed browser): the
// same tests then hold of what the module becomes in plain JavaScript.
//   ASKFIRST_WITHOUT_WASM=1 node --test tests/e2e/queue.test.mjs

export const WITHOUT_WASM = process.env.ASKFIRST_WITHOUT_WASM === '1';

/** What a page that runs has fetched of the collector, whichever way the module runs. @param {{ path: string }} message */
export const isScript = ({ path }) => path === '/askfirst.js' || path === '/askfirst-plain.js';
