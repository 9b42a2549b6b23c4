// The script tag's entry: askfirst.js.
import { api as make } from './api';
import type { Load } from './files';
import { assets } from './settings';
import { start } from './start';
import type { AskFirst } from './types';

type Name = Exclude<keyof AskFirst, 'consent'>;
type Call = [name: Name, ...args: unknown[]];
type Global = AskFirst & ((...call: Call) => unknown);

declare global {
  interface Window {
    askfirst?: Partial<Global> & { q?: ArrayLike<unknown>[] };
  }
}

const tag = document.currentScript as HTMLScriptElement | null;
const origin = tag ? new URL(tag.src).origin : '';
if (tag) assets.file = (name) => new URL(name, tag.src).href;
const load: Load = (name) => import(assets.file(`askfirst-${name}.js`));
const api = make(load);
const call = (name: Name, ...args: unknown[]): unknown => (api[name] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
const early = window.askfirst?.q ?? [];
window.askfirst = Object.assign(call, api);

// Without any option in the tag the site's own code calls init.
if (tag && Object.keys(tag.dataset).length) void start({ endpoint: origin, ...tag.dataset }, true, load);
for (const args of early) call(...(Array.from(args) as Call));
