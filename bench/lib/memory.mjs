// What a page holds in memory after a garbage collection.

/** Bytes. @typedef {{ heap: number, wasm: number }} Held `heap`: live objects of JavaScript; `wasm`: the memories of its WebAssembly modules */

/** @param {import('playwright-core').CDPSession} session @returns {Promise<Held>} */
export async function held(session) {
  // What the page's frames and observers let go of is free only the second time.
  for (let time = 0; time < 2; time += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const memory = await session.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: memory.result.objectId ?? '' });
  const sizes = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }',
    returnByValue: true,
  });
  return { heap: usedSize, wasm: sizes.result.value };
}
