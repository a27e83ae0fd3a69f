/** A small line chart as SVG. Pure but for the elements that it makes. */

const NAMESPACE = 'http://www.w3.org/2000/svg';
const WIDTH = 420;
const HEIGHT = 170;
const LEFT = 52;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 8;

/**
 * @typedef {{ name: string, values: (number | null)[] }} Line
 * @typedef {{ title: string, unit: string, log?: boolean, whole?: boolean, lines: Line[] }} Chart
 */

/**
 * @param {Chart} chart
 * @param {number[]} times The time of each value in s.
 * @returns {HTMLElement}
 */
export function drawn(chart, times) {
  const figure = document.createElement('figure');
  const caption = figure.appendChild(document.createElement('figcaption'));
  caption.append(`${chart.title} (${chart.unit})`);
  const legend = figure.appendChild(document.createElement('ul'));
  for (const [index, line] of chart.lines.entries()) {
    const item = legend.appendChild(document.createElement('li'));
    item.className = `line-${index}`;
    item.append(`${line.name} ${shown(last(line.values))}`);
  }
  figure.append(graph(chart, times));
  return figure;
}

/** @param {Chart} chart @param {number[]} times */
function graph(chart, times) {
  const svg = element('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  const newest = chart.lines.map((line) => `${line.name} ${shown(last(line.values))}`).join(', ');
  svg.setAttribute('aria-label', `${chart.title} in ${chart.unit}, newest: ${newest}`);
  const scale = scaleOf(chart);
  for (const tick of scale.ticks) {
    const y = scale.at(tick);
    svg.append(element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y, class: 'grid' }));
    svg.append(label(shown(tick), LEFT - 6, y + 4, 'end'));
  }
  const [from, to] = [times[0] ?? 0, times[times.length - 1] ?? 0];
  svg.append(label(clock(from), LEFT, HEIGHT - 5, 'start'));
  svg.append(label(clock(to), WIDTH - RIGHT, HEIGHT - 5, 'end'));
  const x = (/** @type {number} */ time) =>
    LEFT + ((time - from) / Math.max(to - from, 1)) * (WIDTH - LEFT - RIGHT);
  for (const [index, line] of chart.lines.entries()) {
    svg.append(element('path', { d: path(line.values, times, x, scale.at), class: `line-${index}` }));
  }
  return svg;
}

/**
 * A value that is missing ends the line, and the next one begins it again.
 * @param {(number | null)[]} values @param {number[]} times
 * @param {(time: number) => number} x @param {(value: number) => number} y
 */
export function path(values, times, x, y) {
  let begun = false;
  let found = '';
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      found += `${begun ? 'L' : 'M'}${x(times[index]).toFixed(1)} ${y(value).toFixed(1)}`;
    }
    begun = value !== null;
  }
  return found;
}

/** @param {Chart} chart */
function scaleOf(chart) {
  const all = chart.lines.flatMap((line) => line.values).filter((value) => value !== null);
  const highest = Math.max(...all, 0);
  const span = HEIGHT - TOP - BOTTOM;
  if (chart.log) {
    const low = Math.floor(Math.log10(Math.max(Math.min(...all.filter((it) => it > 0), 1), 0.01)));
    const high = Math.max(Math.ceil(Math.log10(Math.max(highest, 0.01))), low + 1);
    const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
    const at = (/** @type {number} */ value) =>
      TOP + span * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
    return { ticks, at };
  }
  const step = Math.max(stepOf(highest || 1), chart.whole ? 1 : 0);
  const top = Math.ceil((highest || 1) / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { ticks, at: (/** @type {number} */ value) => TOP + span * (1 - value / top) };
}

/**
 * A round distance of grid lines, of which two to five are seen.
 * @param {number} highest
 */
export function stepOf(highest) {
  const power = 10 ** Math.floor(Math.log10(highest));
  for (const factor of [0.2, 0.5, 1]) {
    if (highest / (power * factor) <= 5) return power * factor;
  }
  return power * 2;
}

/**
 * A number with three figures or all of its digits, and thousands separators.
 * @param {number | null | undefined} value
 */
export function shown(value) {
  if (value === null || value === undefined) return '–';
  const places = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: places });
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** @param {(number | null)[]} values */
function last(values) {
  return values[values.length - 1];
}

/** @param {string} text @param {number} x @param {number} y @param {string} anchor */
function label(text, x, y, anchor) {
  const found = element('text', { x, y, 'text-anchor': anchor });
  found.append(text);
  return found;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function element(name, attributes) {
  const found = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, String(value));
  return found;
}
