// What is inside of what is shipped, as CycloneDX: from the resolved graph of cargo, and the packages that the scripts import.
// Of our own making, and not cargo-cyclonedx's or npm's, because theirs name the folder that they ran in, and the clock.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, run } from '../run.mjs';

/** @typedef {{ type: string, 'bom-ref': string, name: string, version: string, purl: string, licenses?: object[], hashes?: object[] }} Component */
/** @typedef {{ component: Component, dependsOn: string[] }} Part */

/** @param {string} path */
const json = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** @param {string} purl @param {string} name @param {string} version @param {string} license @param {object[]} [hashes] @returns {Component} */
const component = (purl, name, version, license, hashes) => ({
  type: 'library',
  'bom-ref': purl,
  name,
  version,
  // An old way of writing OR.
  ...(license && { licenses: [{ expression: license.replaceAll(/ ?\/ ?/g, ' OR ') }] }),
  ...(hashes?.length && { hashes }),
  purl,
});

/** The hashes of crates, as Cargo.lock has them. */
function checksums() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const found = lock.matchAll(/name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([^"]+)"/g);
  return new Map(Array.from(found, ([, name, version, sum]) => [`${name}@${version}`, sum]));
}

/**
 * A crate of ours and what is compiled into it for a target, itself first: not what only tests need, nor what runs in the
 * compiler only.
 * @param {string} crate
 * @param {string} target
 * @param {string} [features] that it is built with, beside the default ones
 * @returns {Promise<Part[]>}
 */
export async function crates(crate, target, features = '') {
  const which = ['--package', crate, '--target', target, '--features', features, '--edges', 'normal,no-proc-macro'];
  const tree = await run('cargo', ['tree', '--locked', ...which, '--prefix', 'depth', '--format', ' {p}\t{l}'], { capture: true });
  const sums = checksums();
  /** @type {Map<string, Part>} */
  const parts = new Map();
  /** What the line that is read hangs on, from the root. @type {Part[]} */
  const above = [];
  for (const [, depth, name = '', version = '', license = ''] of tree.matchAll(/^(\d+) (\S+) v(\S+)[^\t]*\t(.*?)(?: \(\*\))?$/gm)) {
    const purl = `pkg:cargo/${name}@${version}`;
    const sum = sums.get(`${name}@${version}`);
    const hashes = sum ? [{ alg: 'SHA-256', content: sum }] : [];
    const part = parts.get(purl) ?? { component: component(purl, name, version, license, hashes), dependsOn: [] };
    parts.set(purl, part);
    above.length = Number(depth);
    const parent = above.at(-1);
    if (parent && !parent.dependsOn.includes(purl)) parent.dependsOn.push(purl);
    above.push(part);
  }
  const [first, ...others] = parts.values();
  if (!first) throw new Failure(`cargo tree knows no crate ${crate}`);
  for (const { dependsOn } of parts.values()) dependsOn.sort();
  return [first, ...others.sort((a, b) => (a.component.purl < b.component.purl ? -1 : 1))];
}

/** The npm packages that the scripts import, and that are bundled with them. @returns {Part[]} */
export function imported() {
  const sources = readdirSync(join(root, 'www'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
  );
  const { peerDependencies = {} } = json('package.json');
  const names = new Set(
    sources.flatMap((name) =>
      Array.from(
        readFileSync(join(root, 'www', name), 'utf8').matchAll(/^(?:import|export) (?!type)[^'";]*?from '([a-z@][^'":]*)'/gm),
        ([, from = '']) => from,
      ),
    ),
  );
  return [...names]
    .filter((name) => !(name in peerDependencies))
    .sort()
    .map((name) => {
      const { version, license } = json(`node_modules/${name}/package.json`);
      const integrity = json('package-lock.json').packages[`node_modules/${name}`].integrity.replace('sha512-', '');
      const hashes = [{ alg: 'SHA-512', content: Buffer.from(integrity, 'base64').toString('hex') }];
      return { component: component(`pkg:npm/${name.replace('@', '%40')}@${version}`, name, version, license, hashes), dependsOn: [] };
    });
}

/**
 * @param {Component} about what it is the contents of
 * @param {Part[]} parts
 * @param {number} time seconds since 1970
 * @returns {string}
 */
export function cyclonedx(about, parts, time) {
  const direct = parts.filter(({ component }) => !parts.some(({ dependsOn }) => dependsOn.includes(component['bom-ref'])));
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { timestamp: new Date(time * 1000).toISOString(), component: about },
    components: parts.map(({ component }) => component),
    dependencies: [
      { ref: about['bom-ref'], dependsOn: direct.map(({ component }) => component['bom-ref']) },
      ...parts.map(({ component, dependsOn }) => ({ ref: component['bom-ref'], dependsOn })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** The package as a component. @returns {Component} */
export function thePackage() {
  const { name, version, license } = json('package.json');
  return component(`pkg:npm/${name}@${version}`, name, version, license);
}
