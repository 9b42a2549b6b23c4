// Promise 5: the collector writes neither the visitor's address nor the browser's name.
import assert from 'node:assert/strict';
import { inChromium } from './lib/browsers.mjs';
import { CLIENT, FORWARDED } from './lib/front.mjs';
import { AGENT_MARK } from './lib/chromium.mjs';
import { stage, until } from './lib/stage.mjs';

inChromium('no file of the collector holds an IP address or a User-Agent, at any level, log and kill included', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.track('signup');
  await visitor.page.evaluate(() => window.askfirst.consent.grant('full'));
  await visitor.page.evaluate(() => window.askfirst.identify('customer-7'));
  await visitor.track('download');
  await until(() => set.front.hits.some(({ event }) => event?.name === 'download'), 'the last event');
  await set.front.settled();
  await visitor.page.evaluate(() => window.askfirst.forget());
  await until(() => set.front.bodies('/forget').length === 1, 'the request to erase');
  // What is refused is not written either.
  for (const body of [
    '{',
    '{"v":2,"site":"unknown.example","level":"aggregated","batch":"00ff10ee20dd30cc","hits":[]}',
    'x'.repeat(70_000),
  ]) {
    const answer = await fetch(`${set.front.origin}/collect`, { method: 'POST', body, headers: { 'user-agent': AGENT_MARK } });
    assert.ok(answer.status >= 400);
  }
  await fetch(`${set.front.origin}/nowhere`).catch(() => undefined);

  assert.match(set.front.posts[0]?.headers['user-agent'] ?? '', new RegExp(AGENT_MARK), 'the browser did say its name');
  const look = () => {
    for (const mark of [AGENT_MARK, 'Mozilla', FORWARDED, ...(CLIENT ? [CLIENT] : [])]) {
      assert.deepEqual(set.collector.filesWith(mark), [], mark);
    }
  };
  look();
  await set.collector.end('SIGTERM');
  look();
  await set.collector.start();
  await visitor.open(set.page('/again'));
  await until(() => set.front.posts.at(-1)?.status === 202, 'a hit');
  await set.collector.end('SIGABRT');
  look();
});
