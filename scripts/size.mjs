// npm run size: what visitors load, against size-budget.json. Builds first.
//   npm run size -- --why   also what askfirst.js consists of, and the module's functions by size
import { parseArgs } from 'node:util';
import { main, say } from './lib/run.mjs';
import { sizes } from './lib/sizes.mjs';
import { buildSnippet } from './lib/snippet.mjs';
import { printWhy } from './lib/why.mjs';

main(async () => {
  const { values } = parseArgs({ options: { why: { type: 'boolean' } } });
  await buildSnippet();
  say('Size of what is shipped');
  if (sizes().failed) process.exitCode = 1;
  if (values.why) await printWhy();
});
