// The snippet: its module, the entries of www/ around it, and the package.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundle, decoders, insert, latin1Literal } from './bundle.mjs';
import { compileModule, glue, makeModule, wasm, work } from './module.mjs';
import { packageFiles, writePackage } from './package.mjs';
import { plainModule } from './plain.mjs';
import { fingerprint, root, unlessDone } from './run.mjs';
import { step } from './steps.mjs';
import { bindgen, nodeModules, rust } from './tools.mjs';

const dist = join(root, 'dist');

/** The on-demand files that hold no module. */
const others = ['options', 'preferences', 'adapters', 'explain', 'capture', 'vitals', 'debug'];

/** @param {string} folder @param {RegExp} pattern */
const inFolder = (folder, pattern) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => join(root, folder, name));

/** Builds dist/; whether there was anything to do. */
export async function buildSnippet() {
  mkdirSync(work, { recursive: true });
  await rust();
  // In folders of their own, so that none waits for the other.
  const [program, compiled] = await Promise.all([bindgen(), compileModule(), nodeModules()]);
  const inputs = [
    ...inFolder('www', /\.(ts|css)$/),
    ...inFolder('www/capture', /\.ts$/),
    ...inFolder('www/debug', /\.ts$/),
    join(root, 'package.json'),
    ...inFolder('www/texts', /\.json$/),
    ...inFolder('scripts/lib', /\.mjs$/),
    join(root, 'package-lock.json'),
  ];
  const print = fingerprint(compiled, ...inputs.map((path) => readFileSync(path)));
  const scripts = ['askfirst.js', ...[...others, 'plain'].map((name) => `askfirst-${name}.js`)];
  const files = [...scripts, ...packageFiles].map((name) => join(dist, name));
  return unlessDone('snippet', print, files, () => step('askfirst.js and the files beside it', () => write(program)));
}

/** Makes dist/ from the compiled module. @param {string} program that writes the glue */
async function write(program) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await makeModule(program);
  ship('askfirst.js', await script());
  await writeOthers();
  await writePackage(dist);
}

/** Writes a file of dist/, and what the collector serves to browsers that take it compressed. @param {string} name @param {string} text */
function ship(name, text) {
  const path = join(dist, name);
  const bytes = Buffer.from(text);
  writeFileSync(path, bytes);
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }),
  );
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

/**
 * The script with the module in it.
 * @param {import('esbuild').Plugin[]} [first] plugins that have precedence over ours
 * @param {string} [literal] in place of the module
 */
export async function script(first = [], literal = latin1Literal(readFileSync(wasm))) {
  return insert(await bundle('script.ts', 'iife', { glue, decoder: decoders.latin1, first }), literal);
}

/** The on-demand files, and every language but English. */
async function writeOthers() {
  for (const name of others) ship(`askfirst-${name}.js`, await bundle(`${name}.ts`, 'esm'));
  ship('askfirst-plain.js', await bundle('plain.ts', 'esm', { plain: await plainModule(readFileSync(wasm), work) }));
  mkdirSync(join(dist, 'askfirst-texts'), { recursive: true });
  for (const file of readdirSync(join(root, 'www', 'texts'))) {
    if (file !== 'en.json') {
      ship(join('askfirst-texts', file), JSON.stringify(JSON.parse(readFileSync(join(root, 'www', 'texts', file), 'utf8'))));
    }
  }
}
