/** The data that `chatbench report` writes, and what is found in it. Pure. */

/**
 * @typedef {{id: string, group: string, title: string, unit: string, better: 'less' | 'more',
 *   by: string, counts: string, page: string, about: string, range: string}} Metric
 * @typedef {[arm: string, value: number | null, low: number | null, high: number | null,
 *   n: number | null, note: string]} Row  without `low` there is no interval; with `low` alone it
 *   has no upper end
 * @typedef {[ratio: number, factor: number] | null} Pair  the interval is from ratio ÷ factor to
 *   ratio × factor
 * @typedef {{metric: string, at: string, label: string, rows: Row[], pairs?: Pair[]}} Table
 *   `pairs`: first ÷ second of each two rows, those of the first row first
 * @typedef {{id: string, machine: string, machineWords: string, name: string, startedAt: string,
 *   command: string, commit: string, dirty: boolean, info: string, raw: string,
 *   failed: Record<string, string>, tables: Table[]}} Run  `failed`: why, by arm
 * @typedef {{framework: string, server: string, fanout: string, variant: string,
 *   history: string}} Arm
 * @typedef {{pairedRatio: string, metrics: Metric[], arms: Record<string, Arm>, runs: Run[]}} Data
 *   runs: the newest first
 */

/** What arms are made of, as filters and columns. @type {readonly (keyof Arm)[]} */
export const PARTS = ['framework', 'server', 'fanout', 'variant', 'history'];

/** @param {Run} run @param {string} metric @returns {Table[]} one for each condition */
export const tablesOf = (run, metric) => run.tables.filter((table) => table.metric === metric);

/** @param {Data} data @param {string} metric @returns {Run[]} the newest first */
export const runsWith = (data, metric) =>
  data.runs.filter((run) => tablesOf(run, metric).length > 0);

/** @param {Run} run @param {string} metric @param {string} at */
export const findTable = (run, metric, at) =>
  tablesOf(run, metric).find((table) => table.at === at) ?? null;

/**
 * @param {Table} table @param {number} above @param {number} below  places of rows
 * @returns {Pair | undefined} undefined where the rows are not paired
 */
export function pairOf({ rows, pairs = [] }, above, below) {
  if (pairs.length === 0 || above === below) return undefined;
  const [first, second] = above < below ? [above, below] : [below, above];
  const before = first * (2 * rows.length - first - 1) / 2;
  const pair = pairs[before + second - first - 1] ?? null;
  return pair === null || above < below ? pair : [1 / pair[0], pair[1]];
}
