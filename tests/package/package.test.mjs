// The package as others get it: packed, put into a project of its own, imported where there is no page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/lib/run.mjs';
import { putInto } from './lib/tarball.mjs';

const project = mkdtempSync(join(tmpdir(), 'askfirst-package-'));
const NAMES = ['consent', 'forget', 'identify', 'init', 'page', 'reset', 'sent', 'track'];

/** @param {string} command @param {string[]} args */
const run = (command, args, cwd = project) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Where the package is. */
let installed = '';
before(async () => {
  writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }');
  installed = await putInto(project);
});
after(() => rmSync(project, { recursive: true, force: true }));

test('it holds what it says, depends on nothing, and runs nothing when it is installed', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
  for (const name of Object.keys(manifest.peerDependencies)) assert.equal(manifest.peerDependenciesMeta[name].optional, true, name);
  assert.equal(manifest.sideEffects, false);
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts?.[script], undefined, script);
  /** @param {unknown} entry @returns {string[]} */
  const paths = (entry) => (typeof entry === 'string' ? [entry] : Object.values(Object(entry)).flatMap(paths));
  assert.ok(paths(manifest.exports).length >= 4 * 4);
  for (const path of [manifest.main, manifest.types, ...paths(manifest.exports), 'LICENSE-MIT', 'LICENSE-APACHE', 'README.md']) {
    assert.ok(existsSync(join(installed, path)), path);
  }
  for (const path of ['src', 'target', 'tests', 'node_modules', 'scripts']) assert.ok(!existsSync(join(installed, path)), path);
});

const story = `
(async () => {
  const names = Object.keys(askfirst).filter((name) => name !== 'default' && name !== 'module.exports').sort();
  askfirst.init({ site: 'shop.example', endpoint: 'https://stats.example.org' });
  askfirst.track('signup', { plan: 'pro' });
  askfirst.page(); askfirst.identify('x'); askfirst.reset(); askfirst.forget();
  askfirst.consent.deny(); askfirst.consent.withdraw(); askfirst.consent.show();
  console.log(JSON.stringify([names, askfirst.sent(), askfirst.consent.status() ?? null, await askfirst.consent.grant('anonymous'), typeof window]));
})();
`;
const expected = [NAMES, [], null, false, 'undefined'];

test('it is imported on a server, where every call does nothing', () => {
  writeFileSync(join(project, 'server.mjs'), `import * as askfirst from 'askfirst';${story}`);
  assert.deepEqual(JSON.parse(run(process.execPath, ['server.mjs'])), expected);
});

test('it is required on a server, where every call does nothing', () => {
  writeFileSync(join(project, 'server.cjs'), `const askfirst = require('askfirst');${story}`);
  assert.deepEqual(JSON.parse(run(process.execPath, ['server.cjs'])), expected);
});

test('the entry for those who load the module themselves is imported and required on a server, and asks for nothing there', () => {
  const story = `
    const never = new Promise(() => undefined);
    askfirst.init({ site: 'shop.example', endpoint: 'https://stats.example.org' }, { module: never }).then(() => {
      console.log(JSON.stringify([Object.keys(askfirst).filter((name) => !/default|module/.test(name)).sort(), askfirst.sent(), typeof window]));
    });
  `;
  writeFileSync(join(project, 'core.mjs'), `import * as askfirst from 'askfirst/core';${story}`);
  writeFileSync(join(project, 'core.cjs'), `const askfirst = require('askfirst/core');${story}`);
  for (const file of ['core.mjs', 'core.cjs']) {
    assert.deepEqual(JSON.parse(run(process.execPath, [file])), [NAMES, [], 'undefined'], file);
  }
});

test('its types fit what it takes, and refuse what it does not', () => {
  const right = `
    import { init, track, page, identify, reset, forget, sent, consent, type Level, type Options, type Status } from 'askfirst';
    import * as core from 'askfirst/core';
    import { AskFirst, useConsent } from 'askfirst/react';
    const options: Options = { site: 'shop.example', endpoint: 'https://stats.example.org', level: 'full', beforeChoice: 'nothing', banner: 'manual', policy: '/p', policyNumber: 2 };
    init(options);
    track('signup', { plan: 'pro', seats: 3, trial: true }); track('signup');
    page(); identify('x'); reset(); forget();
    const status: Status | undefined = consent.status();
    const level: Level | undefined = status?.level;
    const recorded: boolean | undefined = status?.recorded;
    const granted: Promise<boolean> = consent.grant('full');
    consent.deny({ everything: true }); consent.withdraw(); consent.show();
    const drawn: null = AskFirst(options);
    const now: Status | undefined = useConsent().status;
    const begun: Promise<void> = core.init(options, { module: fetch('/askfirst.wasm') });
    core.track('signup');
    export { level, recorded, granted, drawn, now, begun };
    export const paths: string[] = sent().map((message) => message.path);
  `;
  const wrong = [
    "init({ site: 'x' })",
    "init({ site: 'x', endpoint: 'y', levle: 'full' })",
    'track(1)',
    "track('x', { nested: {} })",
    "consent.grant('aggregated')",
    "core.init({ site: 'x', endpoint: 'y' })",
    "AskFirst({ site: 'x' })",
    'useConsent().status()',
  ];
  const imports = `
    import { init, track, consent } from 'askfirst';
    import * as core from 'askfirst/core';
    import { AskFirst, useConsent } from 'askfirst/react';
  `;
  const refused = wrong.map((line) => `// @ts-expect-error\n${line};\n`).join('');
  writeFileSync(join(project, 'right.ts'), right);
  // A CommonJS project reads the types that go with `require`.
  writeFileSync(join(project, 'right.cts'), right);
  writeFileSync(join(project, 'wrong.ts'), imports + refused);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const resolution of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ]) {
    const args = [
      tsc,
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--typeRoots',
      project,
      ...resolution,
      'right.ts',
      'right.cts',
      'wrong.ts',
    ];
    try {
      run(process.execPath, args);
    } catch (error) {
      assert.fail(/** @type {{ stdout: string }} */ (error).stdout);
    }
  }
});

test('a bundler takes what is used, and nothing where nothing is', async () => {
  const { build } = await import('esbuild');
  /** @param {string} contents */
  const size = async (contents) => {
    const options = /** @type {const} */ ({ bundle: true, write: false, minify: true, format: 'esm', logLevel: 'silent' });
    const result = await build({ ...options, stdin: { contents, resolveDir: project } });
    return result.outputFiles[0]?.contents.length ?? 0;
  };
  assert.ok((await size("import 'askfirst'")) < 100, 'an import alone brings nothing');
  assert.ok((await size("import { init } from 'askfirst'; init({ site: 'x', endpoint: 'https://x.example' })")) > 10_000);
});
