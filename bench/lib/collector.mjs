// The real collector, for a page that is measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseCollector as program } from '../../scripts/lib/collector.mjs';
import { Failure, root } from '../../scripts/lib/run.mjs';

/** A collector on free ports, with a copy of dist/: a build that runs meanwhile changes nothing. */
export async function startCollector() {
  if (!existsSync(program) || !existsSync(join(root, 'dist', 'askfirst.js.br')))
    throw new Failure('nothing is built yet: run without --no-build');
  const folder = mkdtempSync(join(tmpdir(), 'askfirst-bench-'));
  const assets = join(folder, 'assets');
  cpSync(join(root, 'dist'), assets, { recursive: true });
  const any = '127.0.0.1:0';
  const places = ['--data', join(folder, 'data'), '--assets', assets, '--demo', join(root, 'www', 'demo')];
  const child = spawn(program, ['serve', ...places, '--public', any, '--private', any, '--log', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  /** @type {string} */
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /public +(http:\S+)/.exec(said)?.[1];
      if (found && /^ +data /m.test(said)) resolve(found);
    });
    child.on('error', () => reject(new Failure('cannot start the collector')));
    child.on('exit', () => reject(new Failure('the collector ended')));
    setTimeout(() => reject(new Failure('the collector said nothing for 10 s')), 10_000).unref();
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { address, stop };
}
