// npm run size: what visitors load, against size-budget.json. Builds first.
import { main, say } from './lib/run.mjs';
import { sizes } from './lib/sizes.mjs';
import { buildSnippet } from './lib/snippet.mjs';

main(async () => {
  await buildSnippet();
  say('Size of what is shipped');
  if (sizes().failed) process.exitCode = 1;
});
