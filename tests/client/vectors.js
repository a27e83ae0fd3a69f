/** The cases of `chat_core/vectors/NAME.json`, long strings written out. */

import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../chat_core/vectors/', import.meta.url);

/** @param {string} name @returns {Record<string, any>[]} */
export function load(name) {
  const document = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
  return document.cases.map(writtenOut);
}

/** @param {any} value @returns {any} `{"repeat": s, "times": n}` becomes that string */
function writtenOut(value) {
  if (Array.isArray(value)) return value.map(writtenOut);
  if (typeof value !== 'object' || value === null) return value;
  if ('repeat' in value) return value.repeat.repeat(value.times);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, writtenOut(each)]));
}
