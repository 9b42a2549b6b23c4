// npm run size -- --why: what it says of sizes is what is shipped.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { wasm as shippedModule } from '../../scripts/lib/module.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { sectionsOf } from '../../scripts/lib/trim-module.mjs';
import { crateOf, functionsOf, moduleFunctions, parts } from '../../scripts/lib/why.mjs';

/** Bytes of the code of all functions, without their count. @param {Buffer} wasm @param {number} functions */
function codeOf(wasm, functions) {
  const code = [...sectionsOf(wasm)].find(({ id }) => id === 10);
  return (code?.body.length ?? 0) - (functions > 127 ? 2 : 1);
}

test('functions are told by name and size, behind those that are imported', () => {
  const module = new binaryen.Module();
  const { i32, none } = binaryen;
  module.addFunctionImport('elsewhere', 'env', 'elsewhere', none, none);
  module.addFunction('shop::small', none, none, [], module.nop());
  /** @type {number[]} */
  const calls = Array.from({ length: 20 }, () => module.call('elsewhere', [], none));
  module.addFunction('shop::large::h0123456789abcdef', none, none, [], module.block(null, calls));
  module.addFunction('one', i32, i32, [], module.local.get(0, i32));
  binaryen.setDebugInfo(true);
  const wasm = Buffer.from(module.emitBinary());
  const found = functionsOf(wasm, new Set(['one']));
  assert.deepEqual(
    found.map(({ name }) => name),
    ['shop::large', 'askfirst::one', 'shop::small'],
  );
  assert.equal(
    found.reduce((sum, { bytes }) => sum + bytes, 0),
    codeOf(wasm, found.length),
  );
});

test('a function is of the crate that its path begins with', () => {
  for (const [name, crate] of [
    ['askfirst::capture::view::seen', 'askfirst'],
    ['<askfirst_wire::redact::Segment>::end', 'askfirst_wire'],
    ['<&mut askfirst::app::App as core::fmt::Debug>::fmt', 'askfirst'],
    ['memcpy', 'wasm-bindgen and what is built in'],
  ])
    assert.equal(crateOf(`${name}`), `${crate}`);
});

test("the module's functions make up the code that is shipped, each by its name", async () => {
  const functions = await moduleFunctions();
  const shipped = readFileSync(shippedModule);
  assert.equal(
    functions.reduce((sum, { bytes }) => sum + bytes, 0),
    codeOf(shipped, functions.length),
  );
  for (const { name } of functions) assert.doesNotMatch(name, /^function \d+$|[0-9a-f]{12}/, name);
  assert.ok(functions.filter(({ name }) => crateOf(name).startsWith('askfirst')).length > 20);
});

test('the parts are those of the script that is shipped', async () => {
  const { whole, without } = await parts();
  assert.equal(whole, readFileSync(join(root, 'dist', 'askfirst.js'), 'utf8'));
  const sizes = Object.values(without).map((text) => whole.length - text.length);
  assert.ok(sizes.length > 3 && sizes.every((bytes) => bytes > 100), `${sizes}`);
});
