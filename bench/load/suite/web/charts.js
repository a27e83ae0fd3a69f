/** Which charts the tab "Live" has, from the points of a run. Pure. */

/**
 * @typedef {import('./chart.js').Chart} Chart
 * @typedef {{
 *   at_s: number, expected: number, delivered: number, p50: number, p99: number, p999: number,
 *   lateness_p99: number, generator: number, lost: number, late: number, owed: number,
 *   duplicates: number, reordered: number,
 *   cpu: Record<string, number>, memory: Record<string, number>,
 * }} Point
 */

const MIB = 2 ** 20;
const JOINING_S = 2.5;

/** @param {Point[]} points @returns {Chart[]} */
export function chartsOf(points) {
  const each = (/** @type {(point: Point) => number | null} */ read) => points.map(read);
  const heard = (/** @type {'p50' | 'p99' | 'p999'} */ key) =>
    each((point) => (point.delivered ? point[key] / 1000 : null));
  const counts = /** @type {const} */ (['lost', 'late', 'owed', 'duplicates', 'reordered']);
  const charts = [
    {
      title: 'Delivery latency from the due time',
      unit: 'ms',
      log: true,
      lines: [
        { name: 'p50', values: heard('p50') },
        { name: 'p99', values: heard('p99') },
        { name: 'p99.9', values: heard('p999') },
      ],
    },
    {
      title: 'Deliveries',
      unit: 'a second',
      lines: [
        { name: 'offered', values: each((point) => point.expected) },
        { name: 'delivered', values: each((point) => point.delivered) },
      ],
    },
    {
      title: 'Ledger since the start',
      unit: 'deliveries',
      whole: true,
      lines: counts.map((name) => ({ name, values: each((point) => point[name]) })),
    },
    {
      title: 'The generator sent late, p99',
      unit: 'ms',
      lines: [{ name: 'late', values: each((point) => point.lateness_p99 / 1000) }],
    },
    {
      title: 'CPU',
      unit: '% of one core',
      lines: [
        ...byRole(points, (point) => point.cpu, 100),
        { name: 'generator', values: each((point) => point.generator * 100) },
      ],
    },
  ];
  const roles = Object.keys(points[points.length - 1]?.cpu ?? {});
  if (!roles.length) return charts;
  return [
    ...charts,
    { title: 'CPU for a delivery', unit: 'µs', lines: [{ name: 'all', values: each(perDelivery) }] },
    { title: 'Memory', unit: 'MiB', lines: byRole(points, (point) => point.memory, 1 / MIB) },
  ];
}

/**
 * Two chats that take turns, each as a line. Their points are of the same times.
 * @param {Point[]} first @param {Point[]} second @param {[string, string]} names
 * @returns {Chart[]}
 */
export function chartsOfTwo(first, second, names) {
  const both = [first, second];
  /** @param {(point: Point) => number | null} read @param {string} [what] */
  const each = (read, what = '') =>
    both.map((points, index) => ({
      name: `${names[index]}${what}`,
      values: points.map((point) => read(point)),
    }));
  const heard = (/** @type {'p50' | 'p99' | 'p999'} */ key) =>
    each((point) => (point.delivered ? point[key] / 1000 : null));
  const latency = (/** @type {string} */ name, /** @type {'p50' | 'p99' | 'p999'} */ key) => ({
    title: `Delivery latency from the due time, ${name}`,
    unit: 'ms',
    log: true,
    lines: heard(key),
  });
  const charts = [
    latency('p50', 'p50'),
    latency('p99', 'p99'),
    latency('p99.9', 'p999'),
    {
      title: 'Deliveries',
      unit: 'a second of the turns',
      lines: [
        ...each((point) => point.expected, ', offered'),
        ...each((point) => point.delivered, ', delivered'),
      ],
    },
    {
      title: 'Lost since the start',
      unit: 'deliveries',
      whole: true,
      lines: each((point) => point.lost),
    },
    {
      title: 'The generator sent late, p99',
      unit: 'ms',
      lines: each((point) => point.lateness_p99 / 1000),
    },
  ];
  const used = (/** @type {Point[]} */ points) => points[points.length - 1]?.cpu ?? {};
  if (!both.every((points) => Object.keys(used(points)).length)) return charts;
  const all = (/** @type {Record<string, number>} */ roles) =>
    Object.values(roles).reduce((sum, value) => sum + value, 0);
  return [
    ...charts,
    { title: 'CPU for a delivery', unit: 'µs', lines: each(perDelivery) },
    {
      title: 'CPU in the turns',
      unit: '% of one core',
      lines: each((point) => all(point.cpu) * 100),
    },
    { title: 'Memory', unit: 'MiB', lines: each((point) => all(point.memory) / MIB) },
  ];
}

/** @param {Point} point */
function perDelivery(point) {
  const share = Object.values(point.cpu).reduce((sum, cpu) => sum + cpu, 0);
  // Until all users have joined, the CPU goes into handshakes.
  return point.delivered && point.at_s > JOINING_S ? (share / point.delivered) * 1e6 : null;
}

/**
 * @param {Point[]} points @param {(point: Point) => Record<string, number>} read
 * @param {number} factor
 */
function byRole(points, read, factor) {
  const roles = Object.keys(points.length ? read(points[points.length - 1]) : {});
  return roles.map((name) => ({
    name,
    values: points.map((point) => (name in read(point) ? read(point)[name] * factor : null)),
  }));
}
