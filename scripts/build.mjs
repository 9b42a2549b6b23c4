// npm run build: the snippet, from Rust to the files in dist/.
import { readFileSync } from 'node:fs';
import { main, say } from './lib/run.mjs';
import { buildSnippet } from './lib/snippet.mjs';

main(async () => {
  say('Building');
  const made = await buildSnippet();
  say(made ? 'Built' : 'Nothing has changed since the last build');
  for (const file of ['askfirst.js', 'index.js', 'index.cjs']) {
    process.stdout.write(`  dist/${file}  ${readFileSync(`dist/${file}`).length} bytes\n`);
  }
});
