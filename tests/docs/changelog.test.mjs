// The changelog says of each release what it changes for privacy, and owners are told where it does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { releases } from '../../scripts/lib/release/changelog.mjs';
import { root } from '../../scripts/lib/run.mjs';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');

test('each release begins with what it changes for privacy', () => {
  const all = releases(read('CHANGELOG.md'));
  assert.ok(all.length > 0);
  for (const { name, privacy } of all)
    assert.ok(privacy.length > 0, `"${name}" has nothing under "### Privacy": say so where nothing changes`);
});

test('a release that says nothing for privacy is found', () => {
  const text =
    '# Changelog\n\n## Unreleased\n\n### Fixed\n\n- one\n\n## 0.2.0\n\n### Privacy\n\n### Fixed\n\n- two\n\n## 0.1.0\n\n### Privacy\n\n- three\n';
  assert.deepEqual(releases(text), [
    { name: 'Unreleased', privacy: [] },
    { name: '0.2.0', privacy: [] },
    { name: '0.1.0', privacy: ['- three'] },
  ]);
});

test('who reads of privacy, of updates or of the tag is led to it', () => {
  for (const page of ['docs/privacy.md', 'docs/install.md', 'deploy/README.md'])
    assert.match(read(page), /\]\(\.\.\/CHANGELOG\.md\)/, page);
});
