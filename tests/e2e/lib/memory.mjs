// What a page holds in memory: its JavaScript strings, and the memory of its WebAssembly modules.
import { playwrightPage } from './chromium.mjs';
import { WITHOUT_WASM } from './wasm.mjs';

/**
 * Strings of the page's memory in which the pattern is found: what it found, each once.
 * @param {import('./driver').Tab} tab of Chromium
 * @param {RegExp} pattern
 * @returns {Promise<string[]>}
 */
export async function stringsInMemory(tab, pattern) {
  const page = playwrightPage(tab);
  const session = await page.context().newCDPSession(page);
  try {
    // As plain JavaScript the module's memory is an array among others, which the browser does not find by its kind.
    const texts = [...(await heap(session)), ...(WITHOUT_WASM ? [] : await modules(session))];
    return [...new Set(texts.flatMap((text) => pattern.exec(text)?.[0] ?? []))];
  } finally {
    await session.detach();
  }
}

/** @param {import('playwright-core').CDPSession} session @returns {Promise<string[]>} */
async function heap(session) {
  let text = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => (text += chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  return JSON.parse(text).strings;
}

/** Each memory as one text: bytes that are no printable ASCII become spaces. @param {import('playwright-core').CDPSession} session */
async function modules(session) {
  const memory = await session.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: memory.result.objectId ?? '' });
  const texts = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: `function () {
      return this.map(({ buffer }) => Array.from(new Uint8Array(buffer), (byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : ' ')).join(''));
    }`,
    returnByValue: true,
  });
  /** @type {string[]} */
  const found = texts.result.value;
  if (!found.length) throw new Error('the module has no memory to look into');
  return found;
}
