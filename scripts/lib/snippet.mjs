// The snippet: its modules, the entries of www/ around them, and the package.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundle, decoders, insert, latin1Literal } from './bundle.mjs';
import { agreed, asking, compileModule, makeModule, work } from './module.mjs';
import { packageFiles, writePackage } from './package.mjs';
import { plainModule } from './plain.mjs';
import { fingerprint, root, unlessDone } from './run.mjs';
import { step } from './steps.mjs';
import { bindgen, nodeModules, rust } from './tools.mjs';

const dist = join(root, 'dist');

/** What is loaded when it is wanted, and holds no module. */
const others = ['preferences', 'adapters', 'explain', 'capture', 'vitals', 'history', 'debug'];

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
  const [program, compiled] = await Promise.all([bindgen(), compileModules(), nodeModules()]);
  const inputs = [
    ...inFolder('www', /\.(ts|css)$/),
    ...inFolder('www/capture', /\.ts$/),
    ...inFolder('www/debug', /\.ts$/),
    join(root, 'package.json'),
    ...inFolder('www/texts', /\.json$/),
    ...inFolder('scripts/lib', /\.mjs$/),
    join(root, 'package-lock.json'),
  ];
  const print = fingerprint(...compiled, ...inputs.map((path) => readFileSync(path)));
  const scripts = ['askfirst.js', ...[...others, 'agreed', 'whole', 'plain'].map((name) => `askfirst-${name}.js`)];
  const files = [...scripts, ...packageFiles].map((name) => join(dist, name));
  return unlessDone('snippet', print, files, () => step('askfirst.js and the files beside it', () => write(program)));
}

/** Compiles both modules: one after the other, since they share what they are compiled from. */
async function compileModules() {
  return [await compileModule(asking), await compileModule(agreed)];
}

/** Makes dist/ from the compiled modules. @param {string} program that writes the glue */
async function write(program) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  for (const module of [asking, agreed]) await makeModule(module, program);
  ship('askfirst.js', await script());
  ship('askfirst-whole.js', await script(agreed));
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
 * The script with a module in it.
 * @param {import('./module.mjs').Module} [module] that of askfirst.js
 * @param {import('esbuild').Plugin[]} [first] whose word goes before ours
 * @param {string} [literal] in place of the module
 */
export async function script({ glue, wasm } = asking, first = [], literal = latin1Literal(readFileSync(wasm))) {
  return insert(await bundle('script.ts', 'iife', { glue, decoder: decoders.latin1, first }), literal);
}

/** What is loaded when it is wanted: the whole module, the preferences and the like, every language but English. */
async function writeOthers() {
  for (const name of others) ship(`askfirst-${name}.js`, await bundle(`${name}.ts`, 'esm'));
  const { glue, wasm } = agreed;
  ship(
    'askfirst-agreed.js',
    insert(await bundle('agreed.ts', 'esm', { glue, decoder: decoders.latin1 }), latin1Literal(readFileSync(wasm))),
  );
  ship('askfirst-plain.js', await bundle('plain.ts', 'esm', { glue, plain: await plainModule(readFileSync(wasm), work) }));
  mkdirSync(join(dist, 'askfirst-texts'), { recursive: true });
  for (const file of readdirSync(join(root, 'www', 'texts'))) {
    if (file !== 'en.json') {
      ship(join('askfirst-texts', file), JSON.stringify(JSON.parse(readFileSync(join(root, 'www', 'texts', file), 'utf8'))));
    }
  }
}
