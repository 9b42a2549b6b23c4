// npm run release: makes all files of a release in release/<version>/. Publishing them is done by hand.
//   npm run release -- --dry-run   says what prevents the release and what would be made, and makes nothing
//   npm run release -- --anyway    makes it although something prevents it, to try it out
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { archive } from './lib/release/archive.mjs';
import { commitTime, objections, version } from './lib/release/check.mjs';
import { crates, cyclonedx, imported, thePackage } from './lib/release/sbom.mjs';
import { FEATURES, TARGET, staticCollector } from './lib/release/static.mjs';
import { Failure, main, root, run, say } from './lib/run.mjs';
import { buildSnippet } from './lib/snippet.mjs';

const CRATES = ['askfirst-wire', 'askfirst-verify', 'askfirst', 'askfirst-collector'];
const SUMS = 'SHA256SUMS';

main(async () => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, anyway: { type: 'boolean' } } });
  const now = version();
  const name = `askfirst-collector-${now}-${TARGET}`;
  const out = join(root, 'release', now);
  const parts = plan(now, name, out);

  const found = await objections();
  if (found.length) process.stdout.write(`Problems that prevent release ${now}:\n${found.map((each) => `  - ${each}\n`).join('')}`);
  if (values['dry-run']) {
    process.stdout.write(`Files that would be made in release/${now}/:\n`);
    for (const { what, files } of parts) process.stdout.write(`  ${files.join(', ')}\n    ${what}\n`);
    process.stdout.write(`  ${SUMS}\n`);
    return;
  }
  if (found.length && !values.anyway) throw new Failure('Nothing was made. Solve these problems, or try it with --anyway.');

  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  /** @type {string[]} */
  const missing = [];
  for (const { what, files, make } of parts) {
    say(what);
    try {
      await make();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      missing.push(`${files.join(', ')}: ${error.message.trim()}`);
      process.stdout.write(`${error.message}\n`);
    }
  }
  const made = readdirSync(out).sort();
  const sums = made.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(out, file)))
        .digest('hex')}  ${file}\n`,
  );
  writeFileSync(join(out, SUMS), sums.join(''));
  say(`release/${now}/`);
  for (const [index, file] of made.entries()) {
    const bytes = readFileSync(join(out, file)).length.toLocaleString('en-US');
    process.stdout.write(`  ${sums[index]?.slice(0, 12)}  ${bytes.padStart(12)}  ${file}\n`);
  }
  if (missing.length) throw new Failure(`Could not make:\n  ${missing.join('\n  ')}`);
});

/**
 * @param {string} now the version
 * @param {string} name of the collector's archive, without its ending
 * @param {string} out
 * @returns {{ what: string, files: string[], make: () => Promise<unknown> }[]}
 */
function plan(now, name, out) {
  return [
    {
      what: 'The npm package',
      files: [`askfirst-${now}.tgz`],
      async make() {
        await buildSnippet();
        await run('npm', ['pack', '--pack-destination', out], { quiet: true });
      },
    },
    {
      what: 'The crates, each built from what is in its package',
      files: CRATES.map((crate) => `${crate}-${now}.crate`),
      async make() {
        // Uncommitted changes were reported above.
        await run('cargo', ['package', '--locked', '--allow-dirty', ...CRATES.flatMap((crate) => ['--package', crate])]);
        for (const crate of CRATES)
          copyFileSync(join(root, 'target', 'package', `${crate}-${now}.crate`), join(out, `${crate}-${now}.crate`));
      },
    },
    {
      what: 'The collector as a static program, with the script inside and how it is run',
      files: [`${name}.tar.gz`],
      make: async () => archive(await staticCollector(), name, join(out, `${name}.tar.gz`), await commitTime()),
    },
    {
      what: 'What is inside, as CycloneDX',
      files: [`askfirst-${now}.cdx.json`, `askfirst-collector-${now}.cdx.json`],
      async make() {
        const time = await commitTime();
        const bundled = [...(await crates('askfirst', 'wasm32-unknown-unknown')), ...imported()];
        writeFileSync(join(out, `askfirst-${now}.cdx.json`), cyclonedx(thePackage(), bundled, time));
        const [self, ...within] = await crates('askfirst-collector', TARGET, FEATURES);
        if (!self) throw new Failure('cargo metadata does not list askfirst-collector');
        writeFileSync(join(out, `askfirst-collector-${now}.cdx.json`), cyclonedx({ ...self.component, type: 'application' }, within, time));
      },
    },
  ];
}
