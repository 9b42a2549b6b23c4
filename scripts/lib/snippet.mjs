// The snippet: cargo → wasm-bindgen → wasm-opt → one askfirst.js, and the package.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { compile } from './compile.mjs';
import { compact, important } from './style.mjs';
import { settle } from './settle.mjs';
import { trimGlue } from './trim-glue.mjs';
import { blankPanics, shortenExports, shortenImports } from './trim-module.mjs';
import { fingerprint, root, run, say, unlessDone } from './run.mjs';
import { nodeModules, rust, wasmBindgen } from './tools.mjs';

const dist = join(root, 'dist');
const work = join(root, 'target', 'askfirst');

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
    'index.js',
    'index.cjs',
    'index.d.ts',
    'index.d.cts',
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
    const opt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
    await run(process.execPath, [
      opt,
      join(work, 'bare.wasm'),
      '-Oz',
      '--low-memory-unused',
      ...features,
      '--strip-debug',
      '--strip-producers',
      '--strip-target-features',
      '-o',
      small,
    ]);
    const { wasm, glue } = shortenImports(blankPanics(readFileSync(small)), bare.glue);
    writeFileSync(join(work, 'short.js'), glue);
    await writeScript(wasm);
    await writeOthers();
    await writePackage(wasm);
  });
}

/** How the module's bytes get from the text of a file into memory. `PAYLOAD` stands for the literal. */
const decoders = {
  // Each byte is one character from U+0000 to U+00FF: a UTF-8 file of it compresses like the module itself.
  latin1: 'export const bytes = () => Uint8Array.from(PAYLOAD, (c) => c.charCodeAt(0));',
  // Seven bits, for files that go through other people's bundlers.
  hex: 'export const bytes = () => Uint8Array.from(PAYLOAD.match(/../g), (byte) => parseInt(byte, 16));',
};

/** @param {string} entry @param {'iife' | 'esm' | 'cjs'} format @param {string} decoder */
async function bundle(entry, format, decoder) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(root, 'www', entry)],
    bundle: true,
    write: false,
    format,
    target: 'es2020',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    define: { PAYLOAD: '"@payload@"' },
    plugins: [
      {
        name: 'askfirst',
        setup(build) {
          build.onResolve({ filter: /^askfirst:glue$/ }, () => ({ path: join(work, 'short.js') }));
          build.onResolve({ filter: /^askfirst:payload$/ }, () => ({ path: 'payload', namespace: 'askfirst' }));
          // The package's entry loads the other files from beside it.
          build.onResolve({ filter: /^askfirst:(preferences|adapters|explain|capture|vitals)$/ }, ({ path }) => ({
            path: `./${path.replace(':', '-')}.js`,
            external: true,
          }));
          for (const [name, file, style] of /** @type {const} */ ([
            ['style', 'banner.css', important],
            ['preferences-style', 'preferences.css', compact],
          ])) {
            build.onResolve({ filter: new RegExp(`^askfirst:${name}$`) }, () => ({ path: join(root, 'www', file), namespace: name }));
            build.onLoad({ filter: /./, namespace: name }, async ({ path }) => ({
              contents: await style(readFileSync(path, 'utf8')),
              loader: 'text',
            }));
          }
          build.onLoad({ filter: /^payload$/, namespace: 'askfirst' }, () => ({ contents: decoder }));
        },
      },
    ],
  });
  return result.outputFiles.map((file) => file.text).join('');
}

/** The bytes as the inside of a JavaScript string, one character each, with the least escaping that the language allows. @param {Buffer} wasm */
function latin1Literal(wasm) {
  /** @type {Record<string, string>} */
  const escapes = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
  return `"${wasm.toString('latin1').replaceAll(/[\\"\n\r]/g, (c) => escapes[c] ?? c)}"`;
}

/** @param {string} text @param {string} literal */
function insert(text, literal) {
  const parts = text.split('"@payload@"');
  if (parts.length !== 2) throw new Error(`the bundle holds the payload's place ${parts.length - 1} times, not once`);
  return parts.join(literal);
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
  for (const name of ['preferences', 'adapters', 'explain', 'capture', 'vitals'])
    ship(`askfirst-${name}.js`, await bundle(`${name}.ts`, 'esm', ''));
  mkdirSync(join(dist, 'askfirst-texts'), { recursive: true });
  for (const file of readdirSync(join(root, 'www', 'texts'))) {
    if (file !== 'en.json') {
      ship(join('askfirst-texts', file), JSON.stringify(JSON.parse(readFileSync(join(root, 'www', 'texts', file), 'utf8'))));
    }
  }
}

/** @param {Buffer} wasm */
async function writePackage(wasm) {
  const literal = `"${wasm.toString('hex')}"`;
  const formats = /** @type {const} */ ([
    ['index.js', 'esm'],
    ['index.cjs', 'cjs'],
  ]);
  for (const [name, format] of formats) {
    writeFileSync(join(dist, name), insert(await bundle('npm.ts', format, decoders.hex), literal));
  }
  // The same for `import` and for `require`, each in one file: what a relative import would need differs between the two.
  const types = `${readFileSync(join(root, 'www', 'types.d.ts'), 'utf8')}
export declare const init: AskFirst['init'];
export declare const track: AskFirst['track'];
export declare const page: AskFirst['page'];
export declare const identify: AskFirst['identify'];
export declare const reset: AskFirst['reset'];
export declare const forget: AskFirst['forget'];
export declare const sent: AskFirst['sent'];
export declare const consent: AskFirst['consent'];
`;
  for (const name of ['index.d.ts', 'index.d.cts']) writeFileSync(join(dist, name), types);
}
