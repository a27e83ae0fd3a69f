/** The link to the stacks of `chatbench up`, through the companion. */

import { Connection } from '../network/connection.js';

/**
 * @typedef {{backend: string, arm: string, running: boolean,
 *   arms: import('./choice.js').Arm[], step: '' | 'stopping' | 'starting' | 'returning',
 *   wanted: string, problem: string}} Side
 * @typedef {'kill' | 'freeze' | 'redis'} What
 * @typedef {{what: What, backend: string, seconds: number, number: number, over: boolean}} Broken
 * @typedef {{sides: Side[], off: '' | 'alone' | 'beyond-loopback', redis: boolean,
 *   broken: Broken | null, problem: string}} Stacks
 */

/**
 * @param {{origin: string, told: (stacks: Stacks) => void, refused: (detail: string) => void,
 *   away: () => void}} start  `away`: the companion does not answer
 */
export function openLink({ origin, told, refused, away }) {
  const connection = new Connection((event) => {
    if (event.type === 'closed') away();
    if (event.type !== 'frame') return;
    const frame = /** @type {any} */ (event.frame);
    if (frame.type === 'stacks') told(frame);
    else if (frame.type === 'error') refused(`${frame.detail}`);
  });
  const address = new URL('/stacks', origin);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  connection.open(() => address.href);
  const ask = (/** @type {object} */ request) => connection.sendAsIs(JSON.stringify(request));

  return {
    /** @param {string} backend @param {string} arm */
    run: (backend, arm) => ask({ type: 'run', backend, arm }),
    /** @param {What} what @param {string} backend */
    break: (what, backend) => ask({ type: 'break', what, backend }),
    close: () => connection.close(),
  };
}
