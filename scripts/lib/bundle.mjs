// esbuild: an entry of www/ and what it imports, in one file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';
import { compact, important } from './style.mjs';

/** How the module's bytes get from the text of a file into memory. `PAYLOAD` stands for the literal. */
export const decoders = {
  // Each byte is one character from U+0000 to U+00FF: a UTF-8 file of it compresses like the module itself. Into memory by way of the
  // browser's own base64, where it is new enough: several times as fast as what is left otherwise, which goes by place since
  // `Uint8Array.from` would make a string of each character first.
  latin1: `export const bytes = () => {
    const text = PAYLOAD;
    return Uint8Array.fromBase64?.(btoa(text)) ?? new Uint8Array(text.length).map((_, at) => text.charCodeAt(at));
  };`,
  // Seven bits, for files that go through other people's bundlers.
  hex: `export const bytes = () => {
    const text = PAYLOAD;
    const digit = (at) => {
      const code = text.charCodeAt(at);
      return code < 58 ? code - 48 : code - 87;
    };
    return Uint8Array.fromHex?.(text) ?? new Uint8Array(text.length / 2).map((_, at) => digit(2 * at) * 16 + digit(2 * at + 1));
  };`,
  // None: the site's own code brings the module, compiled.
  given: 'let module; export const give = (given) => (module = given); export const bytes = () => module;',
};

/**
 * What an entry is bundled with: the glue of its module, how the module's bytes are written down, the module as plain JavaScript,
 * what stands first in the file, and plugins whose word goes before ours.
 * @typedef {{ glue?: string, decoder?: string, plain?: string, banner?: string, first?: import('esbuild').Plugin[] }} With
 */

/**
 * @param {string} entry
 * @param {'iife' | 'esm' | 'cjs'} format
 * @param {With} [given]
 */
export async function bundle(entry, format, { glue = '', decoder = '', plain = '', banner = '', first = [] } = {}) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(root, 'www', entry)],
    bundle: true,
    write: false,
    format,
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: banner },
    define: { PAYLOAD: '"@payload@"' },
    // The wrappers' frameworks are the site's own.
    external: ['react', 'vue'],
    plugins: [
      ...first,
      {
        name: 'askfirst',
        setup(build) {
          build.onResolve({ filter: /^askfirst:glue$/ }, () => ({ path: glue }));
          build.onResolve({ filter: /^askfirst:plain-module$/ }, () => ({ path: 'plain', namespace: 'askfirst' }));
          build.onLoad({ filter: /^plain$/, namespace: 'askfirst' }, () => ({ contents: plain }));
          build.onResolve({ filter: /^askfirst:payload$/ }, () => ({ path: 'payload', namespace: 'askfirst' }));
          // The wrappers start the package's entry, whichever way they were loaded themselves.
          build.onResolve({ filter: /^askfirst:index$/ }, () => ({ path: `./index.${format === 'cjs' ? 'cjs' : 'js'}`, external: true }));
          // The package's entries load the other files from beside them.
          build.onResolve({ filter: /^askfirst:(options|preferences|adapters|explain|capture|vitals|debug|plain)$/ }, ({ path }) => ({
            path: `./${path.replace(':', '-')}.js`,
            external: true,
          }));
          for (const [name, file, style] of /** @type {const} */ ([
            ['style', 'banner.css', important],
            ['right', 'right.css', important],
            ['bottom', 'bottom.css', important],
            ['preferences-style', 'preferences.css', compact],
            ['debug-style', 'debug.css', compact],
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
export function latin1Literal(wasm) {
  /** @type {Record<string, string>} */
  const escapes = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
  return `"${wasm.toString('latin1').replaceAll(/[\\"\n\r]/g, (c) => escapes[c] ?? c)}"`;
}

/** @param {string} text @param {string} literal */
export function insert(text, literal) {
  const parts = text.split('"@payload@"');
  if (parts.length !== 2) throw new Error(`the bundle holds the payload's place ${parts.length - 1} times, not once`);
  return parts.join(literal);
}
