// What is said of options that cannot be understood: which one, what is wrong with it, what would be right.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/lib/run.mjs';

/** @type {typeof import('../../www/explain')} */
const { unknown, wrong, wrongName } = await import(pathToFileURL(join(root, 'dist', 'askfirst-explain.js')).href);

test('a misspelled option is named with its nearest', () => {
  assert.equal(unknown(['levle'], [], false), 'unknown option levle; did you mean level?');
  assert.equal(unknown(['beforechoise'], [], true), 'unknown option data-beforechoise; did you mean data-before-choice?');
  for (const [slip = '', meant] of [
    ['sit', 'site'],
    ['endpont', 'endpoint'],
    ['enpdoint', 'endpoint'],
    ['Level', 'level'],
    ['baner', 'banner'],
    ['polcy', 'policy'],
    ['policynumer', 'policyNumber'],
    ['text', 'texts'],
    ['captrue', 'capture'],
    ['excludes', 'exclude'],
  ]) {
    assert.equal(unknown([slip], ['capture', 'exclude'], false), `unknown option ${slip}; did you mean ${meant}?`);
    assert.ok(unknown([slip], ['capture', 'exclude'], true), `${slip} in a tag`);
  }
  assert.ok(unknown(['colour'], [], false));
});

test('attributes of other tools are not ours', () => {
  assert.equal(unknown(['cfasync', 'nscript', 'turboTrack', 'rocketStatus'], ['capture', 'canonical', 'paths'], true), undefined);
  assert.ok(unknown(['cfasync', 'levle'], [], true), 'and hide none of ours');
});

test('wrong values say what is right, as the owner spells them', () => {
  for (const [name, value, says] of /** @type {[Parameters<typeof wrongName>[0], any, string][]} */ ([
    ['site', '', "site must be the site's name"],
    ['endpoint', 'stats', 'endpoint must be an http or https URL'],
    ['level', 'all', 'level must be none|aggregated|anonymous|full'],
    ['banner', 5, 'banner must be auto|manual|off'],
    ['policyNumber', '1.5', 'policyNumber must be a whole number from 1'],
    ['site', undefined, 'site is missing'],
    ['texts', '{', 'texts must be JSON'],
    ['recipients', 'Acme Ltd', 'recipients needs your own question in texts'],
    ['recipients', 'x'.repeat(254), 'recipients must be names'],
  ])) {
    assert.equal(wrongName(name, { [name]: value }, false), says);
  }
  assert.equal(
    wrongName('beforeChoice', { beforeChoice: /** @type {any} */ ('none') }, true),
    'data-before-choice must be aggregated|nothing',
  );
});

test('the module names an option by its place', () => {
  assert.equal(wrong(0, {}, true), 'data-site is missing');
  assert.equal(wrong(1, { endpoint: 'stats' }, false), 'endpoint must be an http or https URL');
  assert.equal(wrong(2, { policy: 'javascript:' }, false), "policy must be your privacy policy's address");
});
