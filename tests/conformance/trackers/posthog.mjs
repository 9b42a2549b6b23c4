// posthog-js, from npm, with the defaults that its documentation recommends for single-page sites, which catch clicks and forms.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { Recorder } from '../lib/recorder.mjs';
import { bundle, versionOf } from './trackers.mjs';

/** @typedef {import('./trackers.mjs').Arrived} Arrived @typedef {import('./trackers.mjs').Options} Options */

export const TOKEN = 'phc_pagesexample0000000000000000000000000000';

/** What its servers say of a project in which nothing is switched off. */
export const REMOTE = {
  token: TOKEN,
  supportedCompression: ['gzip', 'gzip-js'],
  hasFeatureFlags: false,
  capturePerformance: { network_timing: false, web_vitals: true },
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  heatmaps: false,
  surveys: false,
  sessionRecording: false,
  siteApps: [],
  featureFlags: {},
  featureFlagPayloads: {},
};

/** What it loads later from its servers, as the package holds it. @param {string} path */
export function later(path) {
  const [, name = ''] = /^\/static\/(?:[\d.]+\/)?([\w-]+\.js)$/.exec(path) ?? [];
  const file = join(root, 'node_modules', 'posthog-js', 'dist', name);
  return name && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** What an automatically captured event is, in our words. @param {Record<string, any>} properties */
function meant({ $event_type, $external_click_url, $elements = [], $elements_chain = '', plan }) {
  if ($event_type === 'submit') return 'form submission';
  if ($event_type !== 'click') return undefined;
  if ($external_click_url) return 'outbound link';
  const chain = `${$elements_chain} ${JSON.stringify($elements)}`;
  if (/\.pdf/.test(chain)) return 'file download';
  // What a hook has cut away was the only click of its case.
  return plan || /signup/i.test(chain) || chain === ' []' ? 'signup' : undefined;
}

export class PostHog {
  name = 'PostHog';
  moment = 300;
  /** Web vitals wait five seconds for each other. */
  lingers = 6_000;
  version = versionOf('posthog-js');
  about =
    "init(token, { api_host, defaults: '2026-01-30', capture_performance: { web_vitals: true } }), which is automatic capture of clicks " +
    'and forms, and $pageleave; what it loads later comes from the same package; before_send in the cases about it';
  recorder = new Recorder('');

  async start() {
    const script = await bundle(
      `import posthog from 'posthog-js';
       const { token, hook, ...config } = window.trackerConfig;
       posthog.init(token, { ...config, ...(hook ? { before_send: window[hook] } : {}) });
       window.posthog = posthog;`,
    );
    this.recorder = new Recorder(script, (path) => (/^\/(flags|decide|array)\//.test(path) ? REMOTE : { status: 'Ok' }), later);
    await this.recorder.start();
  }

  stop = () => this.recorder.stop();

  /** @param {Options} options */
  tag({ beforeSend }) {
    const config = {
      token: TOKEN,
      api_host: this.recorder.origin,
      defaults: '2026-01-30',
      capture_performance: { web_vitals: true },
      hook: beforeSend,
    };
    return `<script>window.trackerConfig = ${JSON.stringify(config)};</script><script defer src="${this.recorder.origin}/bundle.js"></script>`;
  }

  /** Runs in the page. */
  running = () => !!(/** @type {any} */ (window).posthog?.__loaded);

  async clear() {
    this.recorder.requests.length = 0;
  }

  /** @returns {Promise<Arrived>} */
  async arrived() {
    const { requests, wire } = this.recorder;
    /** @type {{ event: string, properties: Record<string, any> }[]} */
    const events = requests
      .filter(({ path }) => /^\/(e|i\/v0\/e|batch)\/?$/.test(path))
      .flatMap(({ body }) => {
        const read = JSON.parse(body);
        return read.batch ?? read;
      });
    /** @type {import('./trackers.mjs').Event[]} */
    const named = events
      .filter(({ event }) => event !== '$pageview')
      .map(({ event, properties }) => {
        if (event === '$autocapture') return [meant(properties) ?? event, {}];
        if (event === '$pageleave') return ['engagement', {}];
        return [event === '$web_vitals' ? 'web vitals' : event, {}];
      });
    return {
      views: events.filter(({ event }) => event === '$pageview').map(({ properties }) => new URL(properties.$current_url).pathname),
      events: named,
      wire,
      requests: requests.length,
    };
  }
}
