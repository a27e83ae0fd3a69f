/** Line drawings, 20 units wide and high, for parts that are loaded later. */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string>} attributes @returns {any} */
export function drawing(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** @param {string} path  as an SVG path has it @returns {SVGElement} not for screen readers */
export function icon(path) {
  const svg = drawing('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' });
  svg.append(drawing('path', { d: path }));
  return svg;
}
