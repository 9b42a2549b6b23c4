// What the build leaves out of wasm-bindgen's glue: it does the same afterwards, and another version of it is not half trimmed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from '../../scripts/lib/module.mjs';
import { shortenGlue, trimGlue } from '../../scripts/lib/trim-glue.mjs';

/** An import that may throw, and one that may give nothing, as they stand in the glue once their names are short. */
const GLUE = `const imports = {
        a: function() { return handleError(function (arg0, arg1) {
            return arg0(arg1 >>> 0);
        }, arguments); },
        b: function(arg0) {
            return isLikeNone(arg0) ? 0 : arg0;
        },
    };
function isLikeNone(x) {
    return x === undefined || x === null;
}`;

test('what is said shorter does the same', async () => {
  const short = shortenGlue(GLUE);
  assert.ok(short.length < GLUE.length - 50, short);
  /** @type {unknown[]} */
  const caught = [];
  const guard =
    (/** @type {(...args: unknown[]) => unknown} */ f) =>
    (/** @type {unknown[]} */ ...args) => {
      try {
        return f(...args);
      } catch (error) {
        return void caught.push(error);
      }
    };
  const { made } = await import(
    `data:text/javascript,${encodeURIComponent(`export const made = (handleError) => { ${short}; return imports; };`)}`
  );
  const { a, b } = made(guard);
  assert.equal(
    a((/** @type {number} */ x) => x + 1, 2),
    3,
  );
  const thrown = new Error('not there');
  a(() => {
    throw thrown;
  });
  assert.deepEqual(caught, [thrown]);
  assert.deepEqual([null, undefined, 0, '', 'x'].map(b), [0, 0, 0, '', 'x']);
});

test('a glue that looks different is not trimmed at all', () => {
  const glue = readFileSync(join(folder, 'glue.js'), 'utf8');
  assert.ok(trimGlue(glue).length < glue.length);
  for (const name of ['decode', 'passStringToWasm0', 'takeObject', 'handleError', 'initSync'])
    assert.throws(() => trimGlue(glue.replaceAll(name, `${name}Anew`)), /times in the glue, not once/, name);
});
