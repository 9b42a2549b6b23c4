// How fast the network and the CPU are.

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} about
 * @property {{ latency: number, downloadThroughput: number, uploadThroughput: number }} [network] in milliseconds and bytes per second
 * @property {number} [cpu] how many times slower
 * @property {number} settle milliseconds without a request after which a load is over
 */

/** Lighthouse counts 1,024 bits as a kilobit. @param {number} kilobits */
const bytes = (kilobits) => Math.floor((kilobits * 1024) / 8);

/** @type {[Line, Line]} */
export const LINES = [
  { name: 'unthrottled', about: 'unthrottled: this machine, loopback', settle: 600 },
  {
    // Lighthouse, core/config/constants.js, mobileSlow4G: 150 ms × 3.75 per request, 1.6 Mbit/s × 0.9 down, 750 kbit/s × 0.9 up, CPU × 4.
    // https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js
    name: 'throttled',
    about:
      'throttled: 562.5 ms per request, 1,474.56 kbit/s down, 675 kbit/s up, CPU × 4 (Lighthouse, core/config/constants.js, mobileSlow4G)',
    network: { latency: 150 * 3.75, downloadThroughput: bytes(1.6 * 1024 * 0.9), uploadThroughput: bytes(750 * 0.9) },
    cpu: 4,
    settle: 1_000,
  },
];
