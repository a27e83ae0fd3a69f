/**
 * What comes in the address's fragment, which no server sees: an invitation to a private room, and
 * the handoff to a backend on another host. This page's cookies do not go there, so the backend's
 * page is opened, with the name and the unsent draft. Pure.
 */

import { nameProblem, textProblem } from '../network/protocol.js';

/**
 * @typedef {{name: string | null, draft: string, from: string | null,
 *   invitation?: string | null}} Handoff
 */

/** A subprotocol may not have other characters. */
const TOKEN = /^[\w.~-]{1,256}$/;

/**
 * @param {string} origin  of the other backend
 * @param {string} query  the page's address there
 * @param {Handoff} handoff @returns {string}
 */
export function writeHandoff(origin, query, { name, draft, from, invitation = null }) {
  const fragment = new URLSearchParams();
  if (from !== null) fragment.set('from', from);
  if (name !== null) fragment.set('name', name);
  if (draft !== '') fragment.set('draft', draft);
  if (invitation !== null) fragment.set('invitation', invitation);
  return `${origin}/${query}#${fragment}`;
}

/** @param {string} hash  a fragment, with or without its `#` @returns {Handoff} */
export function readHandoff(hash) {
  const fragment = new URLSearchParams(hash.replace(/^#/, ''));
  const name = fragment.get('name') ?? '';
  const draft = fragment.get('draft') ?? '';
  const invitation = fragment.get('invitation') ?? '';
  return {
    from: fragment.get('from'),
    name: nameProblem(name) === null ? name : null,
    draft: textProblem(draft, Infinity) === 'not_allowed' ? '' : draft,
    invitation: TOKEN.test(invitation) ? invitation : null,
  };
}
