// What the cases want of a tracker, and how the peers' packages become something that a page loads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../../scripts/lib/run.mjs';

/**
 * Options in our words, without `data-`; a peer takes of them what it has.
 * @typedef {Partial<Record<'local' | 'capture' | 'routes' | 'canonical' | 'paths' | 'exclude' | 'beforeSend', string>>} Options
 */

/** An event: its name in our words, and what it said. @typedef {[name: string, props: Record<string, unknown>]} Event */

/**
 * @typedef {object} Arrived
 * @property {string[]} views the paths of all page views, in turn
 * @property {Event[]} events
 * @property {string} wire everything that was sent, URL, headers and body, decoded
 * @property {number} requests
 * @property {number} [entries] views that say that somebody came from elsewhere
 * @property {number[]} [status] of the answers, each once
 */

/**
 * @typedef {object} Tracker
 * @property {string} name
 * @property {string} version
 * @property {string} about what it is configured with
 * @property {number} moment milliseconds that it is given to send what it wants to send while the page is open
 * @property {number} [lingers] milliseconds after which it says of a page what it says late
 * @property {() => boolean} [answered] whether all that it sent so far is answered
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} stop
 * @property {(options: Options) => string} tag what the page's head holds
 * @property {() => unknown} running whether it runs; runs in the page
 * @property {() => Promise<void>} clear forgets what has arrived
 * @property {() => Promise<Arrived>} arrived
 * @property {() => Promise<string[]>} [counted] what a real collector has counted since `clear`
 */

/** The version of an installed package. @param {string} name */
export const versionOf = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** Bundles a few lines that import packages. @param {string} contents */
export async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
