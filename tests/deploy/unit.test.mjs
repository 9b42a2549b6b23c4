// The systemd unit: understood by systemd, hardened, and not so far that the collector could not run under it.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collector } from '../../scripts/lib/collector.mjs';
import { root } from '../../scripts/lib/run.mjs';

/** The most exposure that it may have, of 10. systemd tells it from the unit alone. */
const EXPOSURE = 1.2;
const unit = readFileSync(join(root, 'deploy', 'askfirst-collector.service'), 'utf8');
/** @param {string} program @param {string} [package_] of Debian */
const missing = (program, package_ = program) =>
  spawnSync(program, ['--version']).status === 0 ? false : `${program} was not found: on Debian it is in the package ${package_}`;
const skip = missing('systemd-analyze', 'systemd');

/** @param {import('node:test').TestContext} t */
function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'askfirst-unit-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** @param {...string} args */
const analyze = (...args) => execFileSync('systemd-analyze', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

test('systemd understands every line of it', { skip }, (t) => {
  const file = join(folder(t), 'askfirst-collector.service');
  // The program is not installed here.
  writeFileSync(file, unit.replace('/usr/local/bin/askfirst-collector', collector));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('every command finds the database of the unit by the configuration alone', (t) => {
  assert.doesNotMatch(unit, /^Environment=.*ASKFIRST_(DATA|ASSETS)/m, 'the unit is not the only place that knows the directories');
  assert.match(unit, /^StateDirectory=askfirst$/m);
  const config = join(root, 'deploy', 'askfirst.toml');
  const text = readFileSync(config, 'utf8');
  assert.match(text, /^data = "\/var\/lib\/askfirst"$/m);
  // In a copy, so that a collector on this machine makes no difference.
  const file = join(folder(t), 'askfirst.toml');
  const nowhere = join(folder(t), 'none');
  writeFileSync(file, text.replace('/var/lib/askfirst', nowhere));
  for (const command of ['report', 'export']) {
    const { status, stderr } = spawnSync(collector, [command, '--site', 'example.org', '--config', file], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`no database at ${nowhere}/askfirst\\.db`));
  }
});

test('it leaves little of the machine to the collector', { skip }, (t) => {
  const file = join(folder(t), 'askfirst-collector.service');
  writeFileSync(file, unit);
  const said = analyze('security', '--offline=true', '--no-pager', file);
  const exposure = Number(/exposure level[^:]*: ([\d.]+)/.exec(said)?.[1]);
  assert.ok(exposure <= EXPOSURE, said);
  t.diagnostic(`exposure ${exposure} of 10`);
});

/** The system calls of a set, sets within it included. @param {string} set @returns {string[]} */
function calls(set) {
  const lines = analyze('syscall-filter', set).split('\n').slice(1);
  return lines.map((line) => line.trim()).flatMap((name) => (name.startsWith('@') ? calls(name) : /^\w+$/.test(name) ? [name] : []));
}

test('it allows every system call that the collector makes', { skip: skip || missing('strace') }, async (t) => {
  const filters = Array.from(unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm), ([, not, sets = '']) => ({
    not,
    names: sets.split(' ').flatMap(calls),
  }));
  const allowed = new Set(calls('@default'));
  for (const { not, names } of filters)
    for (const name of names)
      if (not) allowed.delete(name);
      else allowed.add(name);
  assert.ok(allowed.has('openat') && !allowed.has('mount') && !allowed.has('setpriority'));

  const data = folder(t);
  const trace = join(data, 'trace');
  const any = '127.0.0.1:0';
  const child = spawn(
    'strace',
    ['-f', '-qq', '-o', trace, collector, 'serve', '--data', join(data, 'data'), '--public', any, '--private', any],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  const pid = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', async (chunk) => {
      said += chunk;
      const origin = /reports +(http:\/\/\S+)/.exec(said)?.[1];
      const open = /(?:script|hits|public)\D*(http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (!origin || !open) return;
      const view = { page: '/', viewport: 'small', entry: true };
      const body = JSON.stringify({ v: 2, site: 'demo', level: 'aggregated', batch: '0'.repeat(16), hits: [{ view }] });
      const answer = await fetch(`${open}/collect`, { method: 'POST', body });
      await fetch(`${origin}/api/v1/report?site=demo&from=2026-01-01&to=2026-01-02&by=page`);
      await fetch(`${open}/askfirst.js`);
      if (answer.status === 202) resolve(Number(/^\d+/.exec(readFileSync(trace, 'utf8'))?.[0]));
      else reject(new Error(await answer.text()));
    });
    child.on('close', () => reject(new Error(said)));
  });
  process.kill(pid, 'SIGTERM');
  await ended;
  const made = new Set(Array.from(readFileSync(trace, 'utf8').matchAll(/^\d+ +(\w+)\(/gm), ([, name = '']) => name));
  // The program itself is started by systemd.
  made.delete('execve');
  // As root alone, which the unit's user is not, SQLite gives its files the owner of the database.
  if (process.getuid?.() === 0) made.delete('fchown');
  assert.ok(made.has('fdatasync') || made.has('fsync'), 'it wrote');
  assert.deepEqual(
    [...made].filter((name) => !allowed.has(name)),
    [],
  );
});
