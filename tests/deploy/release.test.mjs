// What a release consists of: what is in the crates, what is told to be inside, and archives whose bytes follow from that.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { archive } from '../../scripts/lib/release/archive.mjs';
import { version } from '../../scripts/lib/release/check.mjs';
import { crates, cyclonedx, imported, thePackage } from '../../scripts/lib/release/sbom.mjs';
import { FEATURES } from '../../scripts/lib/release/static.mjs';
import { root } from '../../scripts/lib/run.mjs';

/** @param {string} command @param {...string} args */
const said = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

test('a dry run says what would be made, and makes nothing', () => {
  const out = join(root, 'release', version());
  const before = existsSync(out);
  const text = said(process.execPath, 'scripts/release.mjs', '--dry-run');
  for (const file of [`askfirst-${version()}.tgz`, `askfirst-wire-${version()}.crate`, 'linux-musl.tar.gz', '.cdx.json', 'SHA256SUMS'])
    assert.ok(text.includes(file), `${file}:\n${text}`);
  assert.equal(existsSync(out), before);
});

test('the package and the crates have one version', () => {
  const { packages } = JSON.parse(said('cargo', 'metadata', '--format-version', '1', '--no-deps', '--offline'));
  for (const { name, version: its } of packages) assert.equal(its, version(), name);
});

test('a crate holds its sources, its licences and what it reads, and no folder of the repository beside', () => {
  for (const [crate = '', ...more] of [
    ['askfirst-wire', 'inventory.toml'],
    ['askfirst-verify'],
    ['askfirst'],
    [
      'askfirst-collector',
      'askfirst.example.toml',
      'build.rs',
      'openapi/private.json',
      'openapi/public.json',
      'templates/report.css',
      'templates/report.html',
    ],
  ]) {
    const files = said('cargo', 'package', '--list', '--allow-dirty', '--package', crate).trim().split('\n');
    const rest = files.filter((name) => !/^(src\/|Cargo\.|\.cargo_vcs_info\.json$|README\.md$)/.test(name));
    assert.deepEqual(rest.sort(), ['LICENSE-APACHE', 'LICENSE-MIT', ...more].sort(), crate);
    assert.ok(files.includes('src/lib.rs'), crate);
  }
});

for (const [crate, target, folder, not] of /** @type {const} */ ([
  [
    'askfirst-collector',
    'x86_64-unknown-linux-musl',
    'crates/collector',
    ['maxminddb-writer', 'proptest', 'cc', 'wasm-bindgen', 'serde_derive', 'schemars'],
  ],
  ['askfirst', 'wasm32-unknown-unknown', '.', ['proptest', 'schemars', 'toml', 'wasm-bindgen-macro', 'tokio']],
])) {
  test(`what is told to be inside of ${crate} is what it depends on, and what that does`, async () => {
    const parts = await crates(crate, target, crate === 'askfirst-collector' ? FEATURES : '');
    const purls = parts.map(({ component }) => component.purl);
    const names = parts.map(({ component }) => component.name);
    assert.equal(purls[0], `pkg:cargo/${crate}@${version()}`);
    assert.equal(new Set(purls).size, purls.length);
    const manifest = readFileSync(join(root, folder, 'Cargo.toml'), 'utf8');
    const direct = manifest.match(/\n\[dependencies\]\n([^]*?)\n\n/)?.[1]?.match(/^[\w-]+/gm) ?? [];
    assert.ok(direct.length > 5);
    for (const name of direct) assert.ok(names.includes(name), name);
    for (const name of not) assert.ok(!names.includes(name), `${name} is not in it`);
    const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
    for (const { component, dependsOn } of parts) {
      const { name, version: its, hashes, licenses } = component;
      assert.ok(licenses, component.purl);
      assert.ok(lock.includes(`name = "${name}"\nversion = "${its}"`), component.purl);
      assert.ok(hashes || name.startsWith('askfirst'), component.purl);
      for (const other of dependsOn) assert.ok(purls.includes(other), other);
    }
    const reached = new Set(parts.flatMap(({ dependsOn }) => dependsOn));
    assert.deepEqual(
      purls.filter((purl) => !reached.has(purl)),
      [purls[0]],
      'all hang together',
    );
  });
}

test('what is told to be inside of the package names what its scripts import, and no place or time of its making', async () => {
  const parts = [...(await crates('askfirst', 'wasm32-unknown-unknown')), ...imported()];
  const bom = cyclonedx(thePackage(), parts, 1_700_000_000);
  assert.match(bom, /"purl": "pkg:npm\/web-vitals@/);
  assert.equal(bom, cyclonedx(thePackage(), parts, 1_700_000_000));
  for (const place of [root, homedir(), 'file:']) assert.ok(!bom.includes(place), place);
  assert.equal(JSON.parse(bom).metadata.timestamp, '2023-11-14T22:13:20.000Z');
});

const gnu = /GNU tar/.test(said('tar', '--version')) ? false : 'GNU tar was not found: other tars cannot sort';
test('an archive of the same is the same, byte for byte', { skip: gnu }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'askfirst-archive-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'program');
  writeFileSync(program, 'a program', { mode: 0o755 });
  const [one, two] = [join(folder, '1.tar.gz'), join(folder, '2.tar.gz')];
  await archive(program, 'askfirst-collector-test', one, 1_700_000_000);
  writeFileSync(program, 'a program', { mode: 0o755 });
  await archive(program, 'askfirst-collector-test', two, 1_700_000_000);
  assert.deepEqual(readFileSync(one), readFileSync(two));
  const names = said('tar', '-tzf', one).split('\n');
  for (const name of [
    'askfirst-collector',
    'askfirst.example.toml',
    'dist/askfirst.js',
    'dist/askfirst.js.br',
    'deploy/askfirst-collector.service',
    'deploy/askfirst.toml',
    'LICENSE-MIT',
  ])
    assert.ok(names.includes(`askfirst-collector-test/${name}`), name);
  for (const name of names) assert.doesNotMatch(name, /\.d\.ts$|index\.js$/);
});
