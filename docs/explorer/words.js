/** Figures and columns as words: rounded as on the other pages. Pure. */

const THIN = '\u202f';

/** @type {Record<string, string>} */
export const PART_NAMES = { framework: 'Framework', server: 'Server', fanout: 'Fan-out',
  variant: 'Variant', history: 'History' };

/** @type {Record<import('./ratios.js').Verdict, string>} */
export const VERDICTS = { baseline: 'baseline', better: 'better', worse: 'worse',
  noise: 'no difference shown', unknown: 'no interval' };

/** @param {number} value @returns {string} three significant digits, without an exponent */
export function number(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) {
    const whole = size >= 1000 ? Number(value.toPrecision(3)) : Math.round(value);
    return grouped(whole);
  }
  if (size < 1e-4) return value.toFixed(4).replace(/\.?0+$/, '') || '0';
  return value.toPrecision(3);
}

/** @param {number} value @returns {string} two decimals below ten, one below a hundred */
export function factor(value) {
  if (value < 0.0995) return value.toFixed(3);
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

/** @param {number} value @returns {string} thousands apart */
export function grouped(value) {
  return `${value}`.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/**
 * @param {import('./ratios.js').Figure} figure @param {(value: number) => string} shown
 * @returns {string} `4.00–4.60`, or `4.00–∞` without an upper end; empty without an interval
 */
export function interval({ low, high }, shown) {
  if (low === null) return '';
  return `${shown(low)}–${high === null ? '∞' : shown(high)}`;
}

/** @param {import('./data.js').Run} run @returns {string} */
export const runName = ({ name, startedAt }) =>
  `${name.replace(/^[^Z]*Z-/, '')}, ${startedAt.replace('T', ' ').replace(/:\d\dZ$/, '')}`;
