// Ours: the script of dist/, from a real collector, whose counts are looked at too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { Collector } from '../../e2e/lib/collector.mjs';
import { Front } from '../../e2e/lib/front.mjs';
import { until } from '../../e2e/lib/until.mjs';

/** @typedef {import('./trackers.mjs').Arrived} Arrived @typedef {import('./trackers.mjs').Options} Options */

/** The collector's site with all names of what is caught. */
export const SITE = 'pages.example';

/** @param {string} by @param {{ value: string, views: number }[]} rows */
const sums = (by, rows) => rows.map(({ value, views }) => `${by} ${value}: ${views}`).sort();

export class AskFirst {
  name = 'askfirst';
  moment = 100;
  version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  about = 'the script tag with data-local="on", and the options that a case is about';
  collector = new Collector();
  front = new Front(this.collector, { attributes: {}, headers: {}, head: '' });
  /** What the collector had counted before. @type {Record<string, number>} */
  #before = {};

  async start() {
    await this.collector.start();
    await this.front.start();
  }

  async stop() {
    await this.front.stop();
    await this.collector.remove();
  }

  /** @param {Options} options */
  tag(options) {
    const attributes = Object.entries({ site: SITE, local: 'on', banner: 'off', ...options });
    const data = attributes.map(([name, value]) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="${value}"`);
    return `<script defer src="${this.front.origin}/askfirst.js" ${data.join(' ')}></script>`;
  }

  /** Runs in the page. */
  running = () => !!window.askfirst?.consent?.status();

  answered = () => this.front.posts.every(({ status }) => status);

  async clear() {
    this.front.messages.length = 0;
    this.#before = await this.#counts();
  }

  /** @returns {Promise<Arrived>} */
  async arrived() {
    await until(this.answered, 'answers to all that came in');
    const { hits } = this.front;
    return {
      views: hits.flatMap(({ view }) => view?.page ?? []),
      entries: hits.filter(({ view }) => view?.entry).length,
      events: hits.flatMap(({ event }) => (event ? [[event.name, event.props ?? {}]] : [])),
      wire: this.front.messages
        .map(({ path, headers, body }) => [decodeURIComponent(path), JSON.stringify(headers), body].join('\n'))
        .join('\n'),
      requests: this.front.posts.length,
      status: [...new Set(this.front.posts.map(({ status = 0 }) => status))],
    };
  }

  /** What the collector counts of each page and each event, now. @returns {Promise<Record<string, number>>} */
  async #counts() {
    const rows = [];
    for (const by of ['page', 'event']) rows.push(...sums(by, await this.collector.report(by, { site: SITE })));
    return Object.fromEntries(rows.map((row) => /** @type {const} */ ([row.replace(/: \d+$/, ''), Number(/\d+$/.exec(row)?.[0])])));
  }

  /** What it has counted since `clear`, as lines such as `page /pricing: 2`. */
  async counted() {
    const now = await this.#counts();
    return Object.entries(now)
      .map(([name, count]) => /** @type {const} */ ([name, count - (this.#before[name] ?? 0)]))
      .filter(([, count]) => count)
      .map(([name, count]) => `${name}: ${count}`)
      .sort();
  }
}
