// The page's own script: it notes what it sees, to show that the page lives.
window.marks = [];
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: 'layout-shift', buffered: true });
document.addEventListener('securitypolicyviolation', (event) => window.marks.push(`violation of ${event.violatedDirective}`));
addEventListener('load', () => window.marks.push('load'));
addEventListener('DOMContentLoaded', () => {
  document.querySelector('#own').addEventListener('click', () => window.marks.push('click'));
});
