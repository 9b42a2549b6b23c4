// The findings of the debug panel: pure functions of facts.
import { LEVELS } from '../facts';
import type { Level, Options, Status } from '../types';

/** The answer to a message; status 0 is none. */
export interface Answered {
  path: string;
  status: number;
  reason?: string;
  detail?: string;
  bot?: string;
  undeclared?: string[];
}

/** The collector's public description. */
export interface CollectorInfo {
  version: string;
  sites: { name: string; level: Level }[];
}

export interface Facts {
  /** Of this file. */
  version: string;
  given: Partial<Options>;
  tag: boolean;
  /** The page's origin. */
  origin: string;
  /** How many times the script was started on this page. */
  starts: number;
  status: Status | undefined;
  /** Whether this page is one of those that count. */
  counted: boolean;
  /** What runs: WebAssembly, or plain JavaScript, and why. */
  build: 'wasm' | 'forbidden' | 'missing' | 'broken';
  /** What the content security policy blocked: directive and address. */
  blocked: { directive: string; address: string }[];
  /** What askfirst wrote to the console. */
  said: string[];
  answers: Answered[];
  /** `undefined` until it has answered; `null` where it did not, as a collector. */
  collector: CollectorInfo | null | undefined;
  /** How many seconds the collector's clock goes before the browser's; undefined where that cannot be read. */
  ahead: number | undefined;
}

export interface Finding {
  verdict: 'ok' | 'warning' | 'error';
  says: string;
  /** How to fix it. */
  fix?: string;
}

const ok = (says: string): Finding => ({ verdict: 'ok', says });
const warning = (says: string, fix: string): Finding => ({ verdict: 'warning', says, fix });
const error = (says: string, fix: string): Finding => ({ verdict: 'error', says, fix });

/** What is known at each level. */
const KNOWN: Record<Level, string> = {
  none: 'nothing is sent',
  aggregated: 'counts, without an identifier',
  anonymous: 'counts, and that the same browser came back',
  full: 'who it is',
};

/** The level, and the reason for it. */
export function why({ status, given }: Facts): string {
  if (!status) return 'askfirst does not run';
  const { state, level, signal } = status;
  const cause = {
    granted: 'the visitor accepted',
    denied: signal ? 'the browser sends Global Privacy Control or Do Not Track' : 'the visitor rejected',
    pending: given.audience === 'children' ? 'children are not asked' : 'the visitor has not answered yet',
  }[state];
  return `${level} (${KNOWN[level]}): ${cause}`;
}

/** Which build runs, and why. */
export const BUILD: Record<Facts['build'], string> = {
  wasm: 'WebAssembly',
  forbidden: 'plain JavaScript: the content security policy forbids WebAssembly',
  missing: 'plain JavaScript: this browser has no WebAssembly',
  broken: 'plain JavaScript: the WebAssembly in the script could not be read',
};

/** How to fix a refusal, by its reason. */
const REFUSED: Record<string, (facts: Facts) => string> = {
  unknown_site: ({ given }) => `use the site's name in the collector's configuration, or add a [[site]] with name = "${given.site}" there`,
  origin_not_allowed: ({ origin }) => `add "${origin}" to the site's origins in the collector's configuration`,
  level_above_ceiling: () => "lower data-level, or raise the site's level in the collector's configuration",
  too_many_requests: () => 'the script retries by itself; check edge.requests_per_minute and, behind a proxy, trusted_proxies',
  unavailable: () => "the script retries by itself; see the collector's log",
};

function blocked({ directive, address }: Facts['blocked'][number]): Finding {
  if (address === 'wasm-eval')
    return warning(`${directive} forbids WebAssembly; askfirst-plain.js is loaded instead`, `add 'wasm-unsafe-eval' to ${directive}`);
  return error(`${directive} forbids ${address}`, `add ${new URL(address).origin} to ${directive}`);
}

function refused(answer: Answered, facts: Facts): Finding {
  const { path, status, reason, detail } = answer;
  const fix = REFUSED[reason ?? '']?.(facts);
  const says = `${path} was answered ${status}${reason ? `, ${reason}: ${detail}` : ', but not by a collector'}`;
  return error(says, fix ?? (reason ? 'see docs/answers.md' : 'make the proxy pass this path to the collector'));
}

function site({ collector, given, answers }: Facts): Finding[] {
  const known = collector?.sites.find(({ name }) => name === given.site);
  if (!collector || answers.some(({ reason }) => reason === 'unknown_site')) return [];
  if (!known) {
    return [
      error(`the collector does not know the site "${given.site}"`, `add a [[site]] with name = "${given.site}" to its configuration`),
    ];
  }
  if (LEVELS.indexOf(given.level ?? 'anonymous') > LEVELS.indexOf(known.level)) {
    const says = `the page's ceiling is ${given.level ?? 'anonymous'}, the collector's ${known.level}: higher levels are refused`;
    return [error(says, `set data-level="${known.level}", or raise the level in the collector's configuration`)];
  }
  return [ok(`the collector knows the site "${known.name}", up to ${known.level}`)];
}

function clock({ ahead }: Facts): Finding[] {
  if (ahead === undefined) return [];
  if (Math.abs(ahead) <= 60) return [ok("the collector's clock and this one agree")];
  const says = `the collector's clock is ${Math.round(Math.abs(ahead))} seconds ${ahead < 0 ? 'behind' : 'ahead of'} this one`;
  return [warning(says, 'set the wrong clock by NTP: the collector decides the day of a hit, the browser the date of a choice')];
}

function messages(facts: Facts): Finding[] {
  const { answers, blocked, given } = facts;
  const found: Finding[] = [];
  const taken = answers.filter(({ status }) => status >= 200 && status < 300);
  const lost = answers.some(({ status }) => !status) || (facts.collector === null && !answers.length);
  if (lost && !blocked.some(({ directive }) => directive === 'connect-src')) {
    const says = `no collector answers at ${given.endpoint}`;
    found.push(error(says, 'check that it runs and can be reached, the proxy in front of it, and whether this browser blocks it'));
  }
  for (const answer of answers) if (answer.status >= 300) found.push(refused(answer, facts));
  if (taken.some(({ bot }) => bot))
    found.push(
      warning(
        'the collector counts this browser as a robot',
        'nothing to fix if a program drives this browser; or set robots = true for the site',
      ),
    );
  const undeclared = taken.flatMap(({ undeclared }) => undeclared ?? []).join(', ');
  if (undeclared)
    found.push(
      warning(`not declared at the collector, so counted as "(other)": ${undeclared}`, 'declare it under [[site]] in its configuration'),
    );
  if (taken.length) found.push(ok(`messages that the collector accepted: ${taken.length}`));
  return found;
}

/** All findings, errors first, without duplicates. */
export function findings(facts: Facts): Finding[] {
  const { status, said, starts, counted, build, collector, version } = facts;
  const found: Finding[] = [];
  if (!status) found.push(error('askfirst does not run on this page', 'see the other findings and the console'));
  for (const line of said) found.push(status ? warning(line, 'see docs/install.md') : error(line, 'see docs/install.md'));
  if (starts > 1) found.push(error(`askfirst was started ${starts} times: everything counts ${starts} times`, 'keep one script tag'));
  found.push(...facts.blocked.map(blocked), ...messages(facts), ...site(facts));
  if (status && !counted) found.push(warning('this page is not counted', 'remove it from data-exclude'));
  if (build === 'broken') found.push(warning(`it runs as ${BUILD.broken}`, 'serve askfirst.js as text/javascript; charset=utf-8'));
  if (collector && collector.version !== version)
    found.push(warning(`the script is ${version}, the collector ${collector.version}`, 'install both from one release'));
  found.push(...clock(facts));
  const order = ['error', 'warning', 'ok'];
  const once = found.filter((one, index) => found.findIndex(({ says }) => says === one.says) === index);
  return once.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}
