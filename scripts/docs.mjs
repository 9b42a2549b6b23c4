// npm run docs: the documentation site, from docs/ and what the README leads to, as plain files in target/docs/.
import { join } from 'node:path';
import { Failure, main, root, say } from './lib/run.mjs';
import { buildSite } from './lib/site/build.mjs';
import { brokenLinks } from './lib/site/links.mjs';

main(async () => {
  const out = join(root, 'target', 'docs');
  say('Making the documentation site');
  const { pages } = await buildSite(out);
  const broken = brokenLinks(out);
  if (broken.length) throw new Failure(`Broken links:\n  ${broken.join('\n  ')}`);
  process.stdout.write(`  target/docs/index.html and ${pages - 1} more pages; no broken links\n`);
});
