// One test's stage: a collector, the site's pages, and visitors, each with a fresh profile.
import { engineOf } from './browsers.mjs';
import { Collector } from './collector.mjs';
import { Front } from './front.mjs';
import { Visitor } from './visitor.mjs';

export { quiet, until } from './until.mjs';

/** Where a test takes place. */
export class Stage {
  collector = new Collector();
  /** @type {import('./pages.mjs').Site} */
  site = { attributes: { 'data-site': 'shop.example', 'data-policy': '/policy', 'data-local': 'on' }, headers: {}, head: '' };
  front = new Front(this.collector, this.site);
  /** @type {Visitor[]} */
  #visitors = [];

  /** @param {import('./driver').Engine} engine the browser of its visitors */
  constructor(engine) {
    this.engine = engine;
  }

  /** The address of a page on the collector's own origin. @param {string} path */
  own = (path) => `${this.front.origin}${path}`;

  /** The address of a page on the site's origin, which is another one than the collector's. @param {string} path */
  page = (path) => `${this.front.site}${path}`;

  /** The same page, under another site's name. @param {string} path */
  elsewhere = (path) => this.page(path).replace('localhost', 'news.example');

  /** A visitor with a fresh profile. @param {import('./driver').Wishes} [wishes] */
  async visitor(wishes = {}) {
    const heard = { console: [], errors: [], requests: [], failures: [] };
    const visitor = new Visitor(this, await this.engine.profile(wishes, heard), heard);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** After that visitor another one, whose profile is as fresh: the same, emptied, where the browser can do that. @param {Visitor} visitor */
  async another(visitor) {
    if (this.engine.empty) {
      await this.engine.empty(visitor.page, [this.front.site, this.front.origin]);
      return visitor;
    }
    await visitor.leave();
    const next = await this.visitor();
    await next.tab();
    return next;
  }

  async close() {
    for (const visitor of this.#visitors) await visitor.leave();
    await this.front.stop();
    await this.collector.remove();
  }
}

/**
 * Sets a stage, and clears it when the test is over.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} [attributes] more attributes of the script tag
 */
export async function stage(t, attributes = {}) {
  const made = new Stage(engineOf(t));
  Object.assign(made.site.attributes, attributes);
  t.after(() => made.close());
  await made.collector.start();
  await made.front.start();
  return made;
}
