// What many measurements say together.

/** A value of sorted ones, between neighbours where it falls between. @param {number[]} sorted @param {number} part from 0 to 1 */
function quantile(sorted, part) {
  const at = (sorted.length - 1) * part;
  const [low = NaN, high = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** @typedef {{ low: number, median: number, high: number }} Spread the median, and the quartiles around it */

/** Of no values, all is NaN. @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
}

/** @param {number[]} values */
export const median = (values) => spread(values).median;
