// The snippet: cargo → wasm-bindgen → wasm-opt → one askfirst.js, and the package.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundle, decoders, glue as glueFile, insert, latin1Literal } from './bundle.mjs';
import { compile } from './compile.mjs';
import { packageFiles, writePackage } from './package.mjs';
import { plainModule } from './plain.mjs';
import { settle } from './settle.mjs';
import { trimGlue } from './trim-glue.mjs';
import { blankPanics, shortenExports, shortenImports } from './trim-module.mjs';
import { fingerprint, root, run, say, unlessDone } from './run.mjs';
import { nodeModules, rust, wasmBindgen } from './tools.mjs';

const dist = join(root, 'dist');
/** Where the steps of the build leave what they made. */
export const work = join(root, 'target', 'askfirst');

/** What rustc's wasm32 target uses; the section that would say so is stripped. All of it is in every browser since 2021. */
const features = ['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'nontrapping-float-to-int', 'mutable-globals'].map(
  (name) => `--enable-${name}`,
);

/** @param {string} folder @param {RegExp} pattern */
const inFolder = (folder, pattern) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => join(root, folder, name));

/** Builds dist/; whether there was anything to do. */
export async function buildSnippet() {
  await nodeModules();
  await rust();
  const bindgen = await wasmBindgen();
  say('Compiling the snippet to WebAssembly');
  const { wasm: compiled, small } = await compile();
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'compiled.json'), JSON.stringify({ small }));
  const inputs = [
    compiled,
    ...inFolder('www', /\.(ts|css)$/),
    ...inFolder('www/capture', /\.ts$/),
    ...inFolder('www/debug', /\.ts$/),
    join(root, 'package.json'),
    ...inFolder('www/texts', /\.json$/),
    ...inFolder('scripts/lib', /\.mjs$/),
    join(root, 'package-lock.json'),
  ];
  const print = fingerprint(...inputs.map((path) => readFileSync(path)));
  const files = [
    'askfirst.js',
    'askfirst-preferences.js',
    'askfirst-adapters.js',
    'askfirst-explain.js',
    'askfirst-capture.js',
    'askfirst-vitals.js',
    'askfirst-debug.js',
    'askfirst-plain.js',
    ...packageFiles,
  ].map((name) => join(dist, name));
  return unlessDone('snippet', print, files, async () => {
    say('Making askfirst.js: wasm-bindgen, wasm-opt, one file');
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    await run(bindgen, [
      compiled,
      '--target',
      'web',
      '--no-typescript',
      '--omit-default-module-path',
      '--keep-debug',
      '--out-dir',
      work,
      '--out-name',
      'glue',
    ]);
    const bare = shortenExports(readFileSync(join(work, 'glue_bg.wasm')), trimGlue(readFileSync(join(work, 'glue.js'), 'utf8')));
    writeFileSync(join(work, 'bare.wasm'), await settle(bare.wasm));
    const small = join(work, 'small.wasm');
    await optimise(small, ['--strip-debug']);
    const { wasm, glue } = shortenImports(blankPanics(readFileSync(small)), bare.glue);
    writeFileSync(glueFile, glue);
    await writeScript(wasm);
    await writeOthers();
    ship('askfirst-plain.js', await plainModule(wasm, work, features));
    await writePackage(wasm, dist);
  });
}

/** The module that was settled, as small as wasm-opt makes it. @param {string} out @param {string[]} names what becomes of names */
export async function optimise(out, names) {
  const opt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
  const stripped = ['--strip-producers', '--strip-target-features', ...names];
  await run(process.execPath, [opt, join(work, 'bare.wasm'), '-Oz', '--low-memory-unused', ...features, ...stripped, '-o', out]);
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

/** @param {Buffer} wasm */
async function writeScript(wasm) {
  ship('askfirst.js', insert(await bundle('script.ts', 'iife', decoders.latin1), latin1Literal(wasm)));
}

/** What is loaded when it is wanted: the preferences, the adapters, every language but English. */
async function writeOthers() {
  for (const name of ['preferences', 'adapters', 'explain', 'capture', 'vitals', 'debug'])
    ship(`askfirst-${name}.js`, await bundle(`${name}.ts`, 'esm', ''));
  mkdirSync(join(dist, 'askfirst-texts'), { recursive: true });
  for (const file of readdirSync(join(root, 'www', 'texts'))) {
    if (file !== 'en.json') {
      ship(join('askfirst-texts', file), JSON.stringify(JSON.parse(readFileSync(join(root, 'www', 'texts', file), 'utf8'))));
    }
  }
}
