/** Frames that the protocol forbids, and the error code that a backend must answer. Pure. */

import { codePoints, LIMITS } from '../network/protocol.js';

/**
 * @typedef {'notJson' | 'notObject' | 'unknownType' | 'wrongField' | 'tooLong' | 'noImage'
 *   | 'brokenHeader'} ProbeName
 * @typedef {{name: ProbeName, expects: string, data: string | ArrayBuffer}} Probe
 * @typedef {{name: ProbeName, expects: string, at: number}} Asked
 * @typedef {Asked & {code: string, ms: number}} Answered
 * @typedef {{asked: readonly Asked[], answered: Answered | null}} Answers
 *   `asked` is in the order in which the backend reads the frames
 */

/** @returns {readonly Probe[]} in the order of the menu */
export function probes() {
  const say = (/** @type {unknown} */ text) => JSON.stringify({ type: 'say', id: 'probe', text });
  return [
    { name: 'notJson', expects: 'bad_json', data: '{"type":"say",' },
    { name: 'notObject', expects: 'not_an_object', data: '["say","hello"]' },
    { name: 'unknownType', expects: 'unknown_type', data: '{"type":"shout","id":"probe"}' },
    { name: 'wrongField', expects: 'invalid_field', data: say(42) },
    { name: 'tooLong', expects: 'too_long', data: say('x'.repeat(LIMITS.text + 1)) },
    { name: 'noImage', expects: 'unsupported_media', data: binary(
      '{"type":"image","id":"probe","mime":"image/png","name":"no.png"}', 'This is no picture.') },
    { name: 'brokenHeader', expects: 'bad_json', data: binary('{"type":"image",', '\x89PNG') },
  ];
}

/** @type {Answers} */
export const UNASKED = Object.freeze({ asked: [], answered: null });

/** @param {Answers} answers @param {Asked} asked @returns {Answers} */
export function asked(answers, asked) {
  return { ...answers, asked: [...answers.asked, asked].slice(-20) };
}

/** An error frame came. @param {Answers} answers @param {string} code @param {number} at */
export function answered(answers, code, at) {
  const [first, ...others] = answers.asked;
  if (first === undefined) return answers;
  return { asked: others, answered: { ...first, code, ms: at - first.at } };
}

/** @param {string} header  ASCII only @param {string} rest @returns {ArrayBuffer} */
function binary(header, rest) {
  const bytes = new Uint8Array(4 + codePoints(header) + rest.length);
  new DataView(bytes.buffer).setUint32(0, header.length);
  [...header, ...rest].forEach((each, index) => {
    bytes[4 + index] = each.charCodeAt(0);
  });
  return bytes.buffer;
}
