// Plausible's tracker, from npm, with everything switched on that it can catch by itself.
import { Recorder } from '../lib/recorder.mjs';
import { bundle, versionOf } from './trackers.mjs';

/** @typedef {import('./trackers.mjs').Arrived} Arrived @typedef {import('./trackers.mjs').Options} Options */

/** Its events, in our words. @type {Record<string, string>} */
const NAMES = {
  'Outbound Link: Click': 'outbound link',
  'File Download': 'file download',
  'Form: Submission': 'form submission',
  404: 'page not found',
};

export class Plausible {
  name = 'Plausible';
  moment = 200;
  version = versionOf('@plausible-analytics/tracker');
  about =
    'init({ domain, endpoint, outboundLinks: true, fileDownloads: true, formSubmissions: true, captureOnLocalhost: true }); ' +
    'hashBasedRouting and transformRequest in the cases about them; events by its classes';
  recorder = new Recorder('');

  async start() {
    const script = await bundle(
      `import { init } from '@plausible-analytics/tracker';
       const { hook, ...config } = window.trackerConfig;
       init({ ...config, ...(hook ? { transformRequest: window[hook] } : {}) });`,
    );
    this.recorder = new Recorder(script);
    await this.recorder.start();
  }

  stop = () => this.recorder.stop();

  /** @param {Options} options */
  tag({ local = 'on', routes, beforeSend }) {
    const config = {
      domain: 'pages.example',
      endpoint: `${this.recorder.origin}/api/event`,
      outboundLinks: true,
      fileDownloads: true,
      formSubmissions: true,
      captureOnLocalhost: local === 'on',
      hashBasedRouting: routes === 'hash',
      hook: beforeSend,
    };
    return `<script>window.trackerConfig = ${JSON.stringify(config)};</script><script defer src="${this.recorder.origin}/bundle.js"></script>`;
  }

  /** Runs in the page. */
  running = () => !!(/** @type {any} */ (window).plausible?.l);

  async clear() {
    this.recorder.requests.length = 0;
  }

  /** @returns {Promise<Arrived>} */
  async arrived() {
    const { requests, wire } = this.recorder;
    const events = requests.filter(({ path }) => path === '/api/event').map(({ body }) => JSON.parse(body));
    return {
      views: events
        .filter(({ n }) => n === 'pageview')
        .map(({ u, h }) => new URL(u).pathname.replace(h ? /\/$/ : /^$/, '') + (h ? new URL(u).hash.slice(1) : '')),
      events: events.filter(({ n }) => n !== 'pageview').map(({ n, p }) => [NAMES[n] ?? n, p ?? {}]),
      wire,
      requests: requests.length,
    };
  }
}
