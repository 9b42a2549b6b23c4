// The same figures for those who would rather look: bars, on a slow line with a cold cache.

/** @typedef {import('./markdown.mjs').Run} Run @typedef {import('./sums.mjs').Sum} Sum @typedef {import('../lib/numbers.mjs').Spread} Spread */

/** A bar, with the quartiles where it has some. @typedef {{ name: string, ours: boolean, spread: Spread }} Bar */

const [WIDTH, NAMES, VALUES, ROW, HEAD] = [660, 214, 84, 22, 34];

/** One value is its own quartiles. @param {number} value @returns {Spread} */
const exactly = (value) => ({ low: value, median: value, high: value });
/** @param {Spread | undefined} all @param {number} unit */
const by = (all, unit) => all && { low: all.low / unit, median: all.median / unit, high: all.high / unit };

/** @type {{ title: string, unit: string, value: (slow: Sum, fast: Sum) => Spread | undefined }[]} */
const PANELS = [
  { title: 'First hit sent, milliseconds', unit: 'ms', value: ({ sent }) => sent },
  { title: 'Banner visible, milliseconds', unit: 'ms', value: ({ visible }) => visible },
  { title: 'Main-thread time added, milliseconds', unit: 'ms', value: ({ added }) => added },
  { title: 'Bytes over the wire (brotli), kB', unit: 'kB', value: (_, { bytes }) => by(exactly(bytes), 1000) },
  { title: 'Heap and WebAssembly memory added, KiB', unit: 'KiB', value: (_, { memory }) => by(memory, 1024) },
];

/** @param {Bar} bar @param {number} y @param {number} scale units by pixel @param {string} unit */
function draw({ name, ours, spread: { low, median, high } }, y, scale, unit) {
  const x = (/** @type {number} */ value) => (NAMES + Math.max(0, value) * scale).toFixed(1);
  const middle = y + ROW / 2;
  const told = median.toLocaleString('en', { maximumFractionDigits: unit === 'kB' ? 1 : 0 });
  const whisker =
    high > low ? `<path class="whisker" d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}v8M${x(high)} ${middle - 4}v8"/>` : '';
  return `<g class="${ours ? 'ours' : 'other'}">
    <text class="name" x="${NAMES - 8}" y="${middle + 4.5}">${name}</text>
    <rect x="${NAMES}" y="${y + 3}" width="${Math.max(1, Math.max(0, median) * scale).toFixed(1)}" height="${ROW - 6}" rx="2"/>
    ${whisker}
    <text class="value" x="${(NAMES + Math.max(median, high, 0) * scale + 7).toFixed(1)}" y="${middle + 4.5}">${told} ${unit}</text>
  </g>`;
}

/** @param {Run} run */
export function chart({ sides, ask }) {
  let y = 12;
  const panels = PANELS.map(({ title, unit, value }) => {
    const bars = sides.slice(1).flatMap(({ key, name }) => {
      const spread = value(ask(key, 'throttled', 'cold'), ask(key, 'unthrottled', 'cold'));
      return spread && Number.isFinite(spread.median) ? [{ name, ours: key === 'askfirst', spread }] : [];
    });
    const most = Math.max(...bars.map(({ spread }) => Math.max(spread.high, spread.median)), 1e-9);
    const scale = (WIDTH - NAMES - VALUES) / most;
    const head = `<text class="head" x="12" y="${y + 20}">${title}</text>`;
    const rows = bars.map((bar, index) => draw(bar, y + HEAD + index * ROW, scale, unit)).join('\n  ');
    y += HEAD + bars.length * ROW + 10;
    return `${head}\n  ${rows}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 4}" width="${WIDTH}" height="${y + 4}" role="img" aria-label="Benchmark">
  <style>
    svg { color-scheme: light dark; font: 14px system-ui, sans-serif; --ground: #fdfdfb; --ink: #1b211d; --ours: #2e8b5c; --other: #a3aca6; --whisker: #1b211d }
    @media (prefers-color-scheme: dark) { svg { --ground: #121714; --ink: #e3e9e4; --ours: #35915f; --other: #66716a; --whisker: #e3e9e4 } }
    .ground { fill: var(--ground) }
    text { fill: var(--ink) }
    .head { font-weight: 600 }
    .name { text-anchor: end }
    .ours rect { fill: var(--ours) }
    .ours text { font-weight: 600 }
    .other rect { fill: var(--other) }
    .whisker { stroke: var(--whisker); stroke-width: 1.5; fill: none }
  </style>
  <rect class="ground" width="100%" height="100%" rx="6"/>
  ${panels.join('\n  ')}
</svg>
`;
}
