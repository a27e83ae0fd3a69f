/**
 * The handoff to a backend on another host. This page's cookies do not go there, so the backend's
 * page is opened. The name and the unsent draft are in the address's fragment, which no server
 * sees. Pure.
 */

import { nameProblem, textProblem } from '../network/protocol.js';

/** @typedef {{name: string | null, draft: string, from: string | null}} Handoff */

/**
 * @param {string} origin  of the other backend
 * @param {string} query  the page's address there
 * @param {Handoff} handoff @returns {string}
 */
export function writeHandoff(origin, query, { name, draft, from }) {
  const fragment = new URLSearchParams();
  if (from !== null) fragment.set('from', from);
  if (name !== null) fragment.set('name', name);
  if (draft !== '') fragment.set('draft', draft);
  return `${origin}/${query}#${fragment}`;
}

/** @param {string} hash  a fragment, with or without its `#` @returns {Handoff} */
export function readHandoff(hash) {
  const fragment = new URLSearchParams(hash.replace(/^#/, ''));
  const name = fragment.get('name') ?? '';
  const draft = fragment.get('draft') ?? '';
  return {
    from: fragment.get('from'),
    name: nameProblem(name) === null ? name : null,
    draft: textProblem(draft, Infinity) === 'not_allowed' ? '' : draft,
  };
}
