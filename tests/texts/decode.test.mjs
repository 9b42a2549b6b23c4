// Paths and campaigns as people read them: the page decodes as the collector does (crates/wire/src/redact).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/run.mjs';

const bundle = await build({ entryPoints: [join(root, 'www', 'decode.ts')], bundle: true, format: 'esm', write: false });
/** @type {typeof import('../../www/decode')} */
const { campaign, decoded } = await import(`data:text/javascript,${encodeURIComponent(bundle.outputFiles[0]?.text ?? '')}`);

/** What Rust makes of a path: as it stands in the address, decoded, and as a page. @type {[raw: string, decoded: string, page: string][]} */
const VECTORS = JSON.parse(readFileSync(join(root, 'crates', 'wire', 'tests', 'vectors', 'redaction.json'), 'utf8'));

test('the page decodes every path as the collector does', () => {
  assert.ok(VECTORS.length > 80, `${VECTORS.length}`);
  assert.deepEqual(
    VECTORS.map(([raw]) => [raw, decoded(raw)]),
    VECTORS.map(([raw, text]) => [raw, text]),
  );
});

test('so it does with what a browser makes of the path', () => {
  // A query and a fragment are not in the path, and browsers take a backslash for a slash.
  const paths = VECTORS.filter(([raw]) => raw && !/[?#\\]/.test(raw));
  assert.ok(paths.length > 70);
  assert.deepEqual(
    paths.map(([raw]) => [raw, decoded(new URL(raw, 'https://shop.example').pathname)]),
    paths.map(([raw, text]) => [raw, text]),
  );
});

test('decoding again changes nothing', () => {
  for (const [, text] of VECTORS) assert.equal(decoded(text), text);
});

test('campaigns are read from the query, decoded', () => {
  for (const [search = '', ...expected] of [
    ['', '', '', ''],
    ['?utm_source=letter&utm_medium=mail&utm_campaign=spring', 'letter', 'mail', 'spring'],
    ['?utm_campaign=Summer+Sale', '', '', 'Summer Sale'],
    ['?utm_campaign=Summer%20Sale', '', '', 'Summer Sale'],
    ['?utm_campaign=Summer%2BSale', '', '', 'Summer+Sale'],
    [`?utm_source=${encodeURIComponent('новости')}`, 'новости', '', ''],
    ['?utm_source=новости', 'новости', '', ''],
    ['?a=1&utm_medium=e-mail', '', 'e-mail', ''],
    ['?utm_source=&utm_medium', '', '', ''],
    ['?utm_source=first&utm_source=second', 'first', '', ''],
    ['?xutm_source=no&utm_sources=no', '', '', ''],
    ['?utm_source=caf%E9', 'caf%E9', '', ''],
    ['?utm_source=50%25', '50%25', '', ''],
    ['?utm_source=a%00b', 'a%00b', '', ''],
  ]) {
    assert.deepEqual(campaign(search), expected, search);
  }
});
