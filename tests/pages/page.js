// The page's own script: it notes what it sees, to show that the page lives.
window.marks = [];
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: 'layout-shift', buffered: true });
// Attempts at WebAssembly that the page's policy forbids.
window.attempts = 0;
document.addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => {
  if (blockedURI === 'wasm-eval') window.attempts += 1;
  else window.marks.push(`violation of ${violatedDirective} by ${blockedURI}`);
});
addEventListener('load', () => window.marks.push('load'));
addEventListener('DOMContentLoaded', () => {
  document.querySelector('#own').addEventListener('click', () => window.marks.push('click'));
});
