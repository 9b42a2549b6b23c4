// askfirst/core without a bundler: the module, however the site brings it.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from '../e2e/lib/chromium.mjs';
import { quiet, until } from '../e2e/lib/until.mjs';
import { collect, serve, visit } from './lib/shop.mjs';
import { putInto } from './lib/tarball.mjs';

const project = mkdtempSync(join(tmpdir(), 'askfirst-core-'));
/** Where the package is. */
let installed = '';
before(async () => {
  installed = await putInto(project);
});
after(async () => {
  await chromium.end();
  rmSync(project, { recursive: true, force: true });
});

/** A site that starts with such a module. @param {import('node:test').TestContext} t @param {string} module an expression */
async function site(t, module) {
  const collector = await collect(t);
  const folder = mkdtempSync(join(project, 'site-'));
  cpSync(join(installed, 'dist'), join(folder, 'dist'), { recursive: true });
  const page = `<!doctype html>
    <link rel="icon" href="data:," />
    <title>A shop</title>
    <button id="signup">Sign up</button>
    <script type="module">
      import { init, track } from './dist/core.js';
      init({ site: 'demo', endpoint: '${collector.public}', local: 'on' }, { module: ${module} });
      document.querySelector('#signup').onclick = () => track('signup', { plan: 'pro' });
    </script>`;
  writeFileSync(join(folder, 'index.html'), page);
  return { collector, address: await serve(t, folder) };
}

for (const [what, module] of Object.entries({
  'an address, as text': "'dist/askfirst.wasm'",
  'an answer that is on its way': "fetch('dist/askfirst.wasm')",
  bytes: "new Uint8Array(await (await fetch('dist/askfirst.wasm')).arrayBuffer())",
  'a compiled module': "WebAssembly.compileStreaming(fetch('dist/askfirst.wasm'))",
})) {
  test(`it starts with ${what}`, async (t) => {
    const { collector, address } = await site(t, module);
    await visit(t, collector, address);
  });
}

test('where the module cannot be had the page goes on, nothing is sent, and the console says why once', async (t) => {
  const { collector, address } = await site(t, "'dist/missing.wasm'");
  /** @type {import('../e2e/lib/driver').Heard} */
  const heard = { console: [], errors: [], requests: [], failures: [] };
  const profile = await chromium.profile({}, heard);
  t.after(() => profile.close());
  const tab = await profile.newPage();
  await tab.goto(address);
  await tab.click('#signup');
  const said = () => heard.console.filter((line) => /askfirst/.test(line) && !/Failed to load resource/.test(line));
  await until(() => said().length, 'it says why');
  await quiet();
  assert.equal(said().length, 1);
  assert.match(said()[0] ?? '', /^warning: askfirst is off: its module cannot be loaded Error: 404 for .*missing\.wasm/);
  assert.deepEqual([heard.errors, heard.requests.filter((request) => request.startsWith(collector.public))], [[], []]);
  assert.equal(await tab.$eval('body', (body) => body.parentElement?.querySelectorAll('askfirst-consent').length), 0);
});
