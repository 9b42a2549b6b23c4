// What the files in dist/ weigh, against size-budget.json.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Failure, root } from './run.mjs';

/** @typedef {'raw' | 'gzip' | 'brotli'} Kind */
/**
 * @typedef {object} Budget
 * @property {Record<string, Partial<Record<Kind, number>>>} budgets at most so many bytes, by file
 * @property {Record<string, Partial<Record<Kind, number>>>} standing what a file that is over its budget may weigh until it is
 *   not. It is there to be lowered; it was raised once, from 15,970, for the consent layer, and the history says by what
 * @property {{ brotli: number, what: string, source: string }} compared what a site loads elsewhere for the same work
 */

/** @type {Kind[]} */
const KINDS = ['raw', 'gzip', 'brotli'];

/** @param {Buffer} bytes @returns {Record<Kind, number>} */
export const weigh = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length,
});

/** @param {number} bytes */
export const grouped = (bytes) => bytes.toLocaleString('en-US');

/**
 * Prints the table; how many files are within their budget, and how many are not. With `standing`, a file over its budget
 * passes where it has not grown.
 * @param {{ standing?: boolean }} [options]
 * @returns {import('./checks.mjs').Counts}
 */
export function sizes({ standing = false } = {}) {
  const { budgets, standing: allowed, compared } = /** @type {Budget} */ (JSON.parse(readFileSync(join(root, 'size-budget.json'), 'utf8')));
  const dist = join(root, 'dist');
  const shipped = existsSync(dist) ? readdirSync(dist).filter((name) => /\.c?js$/.test(name)) : [];
  const missing = Object.keys(budgets).find((name) => !shipped.includes(name));
  if (missing) throw new Failure(`dist/${missing} is missing: run npm run build`);

  // What stands was measured with a standard library of its own, which not every machine can build.
  const { small } = JSON.parse(readFileSync(join(root, 'target', 'askfirst', 'compiled.json'), 'utf8'));
  const counts = { passed: 0, failed: 0 };
  process.stdout.write(`  ${'bytes'.padEnd(12)}${KINDS.map((kind) => kind.padStart(9)).join('')}  budget\n`);
  for (const name of shipped) {
    const weight = weigh(readFileSync(join(dist, name)));
    const verdicts = [];
    for (const kind of KINDS) {
      const most = budgets[name]?.[kind];
      if (most === undefined) continue;
      const over = weight[kind] - most;
      const left = over > 0 ? `OVER by ${grouped(over)}` : `${grouped(-over)} left`;
      verdicts.push(`${grouped(most)} ${kind}: ${left}`);
      const grown = weight[kind] > (allowed[name]?.[kind] ?? most);
      if (over > 0 && standing && !small) {
        verdicts.push('not held to what stands: built without a standard library of its own');
        continue;
      }
      if (over > 0 && standing) verdicts.push(grown ? 'and GROWN' : 'not grown');
      counts[over > 0 && (grown || !standing) ? 'failed' : 'passed'] += 1;
    }
    process.stdout.write(
      `  ${name.padEnd(12)}${KINDS.map((kind) => grouped(weight[kind]).padStart(9)).join('')}  ${verdicts.join(', ')}\n`,
    );
  }
  process.stdout.write(`\n  For comparison: ${grouped(compared.brotli)} bytes of brotli are ${compared.what}.\n`);
  process.stdout.write(`  Source: ${compared.source}.\n`);
  return counts;
}
