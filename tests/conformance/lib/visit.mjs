// One visit to the site, in a browser that is driven: what a case does.
import { quiet, until } from '../../e2e/lib/until.mjs';

/**
 * What the cases ask of a browser.
 * @typedef {object} Driven
 * @property {string[] | undefined} console what the pages' consoles said, and what was thrown, where that is told
 * @property {(address: string) => Promise<unknown>} goto goes there and waits for the load event
 * @property {(inside: (argument: any) => unknown, argument?: unknown) => Promise<any>} evaluate
 * @property {(selector: string, button?: 'left' | 'middle') => Promise<unknown>} click as a person does
 * @property {() => Promise<unknown>} close
 */

/** The browser decided against what the case is about, as it may: the case says nothing then. */
export class Declined extends Error {}

export class Visit {
  /** @param {Driven} driven @param {import('./site.mjs').Site} site @param {import('../trackers/trackers.mjs').Tracker} tracker */
  constructor(driven, site, { running, moment, lingers = moment, answered = () => true }) {
    this.driven = driven;
    this.site = site;
    this.running = running;
    this.moment = moment;
    this.lingers = lingers;
    this.answered = answered;
  }

  /** @param {(argument: any) => unknown} inside @param {unknown} [argument] */
  evaluate(inside, argument) {
    return this.driven.evaluate(inside, argument);
  }

  /** Opens a page of the site, and waits until the tracker runs there. @param {string} path */
  async open(path) {
    await this.driven.goto(this.site.origin + path);
    await this.runs();
  }

  /** Opens a page on which nothing is to be counted, so that there is nothing to wait for. @param {string} path */
  async pass(path) {
    await this.driven.goto(this.site.origin + path);
    await quiet(2 * this.moment);
  }

  async reload() {
    await this.driven.evaluate(() => {
      Object.assign(window, { old: true });
      location.reload();
    });
    await until(() => this.driven.evaluate(() => !('old' in window)).catch(() => false), 'the page anew');
    await this.runs();
  }

  async runs() {
    await until(() => this.driven.evaluate(this.running).catch(() => false), 'the tracker runs');
    await quiet(this.moment);
  }

  /** Calls something that navigates, and waits until the path is there. @param {(argument: any) => unknown} inside @param {string} address */
  async moves(inside, address) {
    await this.driven.evaluate(inside, address);
    await this.at(address);
    await quiet(this.moment);
  }

  /** @param {string} path of this site, or what the address ends with */
  at(path) {
    return until(() => this.driven.evaluate((end) => location.href.endsWith(end), path).catch(() => false), `at ${path}`);
  }

  /** `history.pushState` @param {string} address */
  push = (address) => this.moves((to) => history.pushState(null, '', to), address);
  /** `history.replaceState` @param {string} address */
  replace = (address) => this.moves((to) => history.replaceState(null, '', to), address);
  /** @param {string} hash */
  hash = (hash) => this.moves((to) => void (location.hash = to), hash);
  /** @param {string} address that it leads to */
  back = (address) => this.moves(() => history.back(), address);
  /** @param {string} address that it leads to */
  forward = (address) => this.moves(() => history.forward(), address);

  /** Goes and comes back to the page as it was. @param {string} address of the page that is open */
  async returns(address) {
    await this.evaluate(() => addEventListener('pageshow', ({ persisted }) => Object.assign(window, { restored: persisted })));
    // Firefox keeps no page that still waits for an answer.
    await until(() => this.answered(), 'answers to all that the page sent');
    await quiet(this.moment);
    await this.leave();
    await this.back(address);
    const kept = () => this.evaluate(() => 'restored' in window && window.restored);
    await until(kept, 'the page from the cache').catch(() => {
      throw new Declined('the page was not kept in the cache');
    });
  }

  /** Stays until the tracker says what it says of a page of its own accord. */
  stay() {
    return quiet(this.lingers);
  }

  /** @param {number} to from the top, in CSS pixels */
  async scroll(to) {
    // What is seen is noticed when it is drawn, which a window in the background may be late with.
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await this.driven.evaluate(drawn);
    await this.driven.evaluate((y) => scrollTo(0, y), to);
    await this.driven.evaluate(drawn);
    await quiet(this.moment);
  }

  /** @param {string} selector @param {'left' | 'middle'} [button] */
  click(selector, button) {
    return this.driven.click(selector, button);
  }

  /** Leaves for a page of the same site on which nothing counts. */
  async leave() {
    // Not by the tool, which waits in vain for the end of a navigation after a download or a page from the cache.
    await this.driven.evaluate((address) => void (location.href = address), `${this.site.origin}/blank`);
    await this.at(`${this.site.origin}/blank`);
  }
}
