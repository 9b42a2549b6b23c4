// A consent tool's side of IAB's TCF, as far as listeners go.
window.tcfListeners = [];
window.__tcfapi = function (command, version, callback) {
  if (command === 'addEventListener' && version === 2) window.tcfListeners.push(callback);
};
